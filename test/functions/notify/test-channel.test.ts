import { expect, test } from '@jest/globals'
import { isTest, testChannel } from '../../../functions/notify/test-channel.ts'
import type { Job, Sent } from '../../../shared/channels/sending.ts'
import { START } from './world.ts'

const asked: Job[] = []
const saying = (sent: Sent | Error) => async (job: Job) => {
  asked.push(job)
  if (sent instanceof Error) throw sent
  return sent
}
const CHANNEL = { name: 'ops', type: 'slack' }

test.each<[Sent | Error, object]>([
  [
    { kind: 'sent', says: 'Slack has taken it' },
    { arrived: true, says: 'Slack has taken it' },
  ],
  [
    { kind: 'later', seconds: 7, why: 'Slack: 429' },
    { arrived: false, says: 'Slack: 429', whatToDo: 'The channel asks to wait: try again in 7 s.' },
  ],
  [
    { kind: 'refused', why: 'is_archived', whatToDo: 'Unarchive it.' },
    { arrived: false, says: 'is_archived', whatToDo: 'Unarchive it.' },
  ],
  [
    { kind: 'refused', why: 'brand_new' },
    { arrived: false, says: 'brand_new', whatToDo: 'Fix what the message says, then test again.' },
  ],
  [
    new Error('HTTP 500:\n down'),
    { arrived: false, says: 'Error: HTTP 500: down', whatToDo: 'The failure may be temporary: try again in a minute.' },
  ],
])('a test sends one message and reports the result', async (sent, answer) => {
  asked.length = 0
  expect(await testChannel(saying(sent), CHANNEL, START)).toEqual({ channel: 'ops', type: 'slack', ...answer })
  expect(asked).toEqual([{ kind: 'test', at: START.toISOString() }])
})

test.each([
  ['AccessDeniedException', 'not authorized to perform: secretsmanager:GetSecretValue'],
  ['ResourceNotFoundException', 'Secrets Manager can’t find the specified secret.'],
  ['SecretsManagerServiceException', 'UnknownError'],
])('a test reports a secret that cannot be read (%s) as what to check', async (name, message) => {
  const failing = saying(Object.assign(new Error(message), { name }))
  const { whatToDo } = await testChannel(failing, CHANNEL, START)
  expect(whatToDo).toMatch(/^Check the secret/)
})

test('a batch is no test', () => {
  expect(isTest({ Records: [] })).toBe(false)
  expect(isTest({ kind: 'tests' })).toBe(false)
  expect(isTest({ kind: 'test' })).toBe(true)
})
