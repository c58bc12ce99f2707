import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { beforeEach, expect, test } from '@jest/globals'
import { readSweepMessage } from '../../functions/sweep/message.ts'
import { deployed, expectNoCalls, failure, queues } from './aws.ts'
import { virtguard } from './run-cli.ts'

const URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/Virtguard-Sweeps-1'

beforeEach(() => {
  expectNoCalls()
  deployed({ SweepsQueueUrl: URL })
  queues.on(SendMessageCommand).resolves({ MessageId: 'm' })
})

const sent = () => queues.commandCalls(SendMessageCommand).map(({ args: [{ input }] }) => input)

test('sweep puts a message on the queue of the stack that the function understands', async () => {
  const { code, out, err } = await virtguard(['sweep'])
  expect([code, err]).toEqual([0, ''])
  expect(out).toContain('a sweep of the regions that the stack sweeps begins now')
  expect(sent().map(({ QueueUrl }) => QueueUrl)).toEqual([URL])
  expect(readSweepMessage(sent()[0]?.MessageBody ?? '')).toEqual({ kind: 'start' })
})

test('sweep --only names the regions, of a stack with another name', async () => {
  deployed({ SweepsQueueUrl: URL }, 'Other')
  const { code, out } = await virtguard([
    ...['sweep', '--stack', 'Other', '--only', 'eu-west-1', '--only', 'eu-west-2'],
  ])
  expect(code).toBe(0)
  expect(out).toContain('a sweep of eu-west-1, eu-west-2 begins now')
  expect(readSweepMessage(sent()[0]?.MessageBody ?? '')).toEqual({ kind: 'start', regions: ['eu-west-1', 'eu-west-2'] })
})

test('sweep says in one line what is wrong, and sends nothing', async () => {
  expect((await virtguard(['sweep', '--only', 'everywhere'])).errLines[0]).toContain('Write it like us-east-1')
  deployed({}, 'Old')
  expect((await virtguard(['sweep', '--stack', 'Old'])).errLines).toEqual([
    expect.stringContaining('the stack Old names no queue of sweeps in its outputs'),
  ])
  expect(sent()).toEqual([])
  queues.on(SendMessageCommand).rejects(failure('AccessDenied'))
  const { code, errLines } = await virtguard(['sweep'])
  expect([code, errLines]).toEqual([2, [expect.stringContaining('sqs:SendMessage: the credentials do not allow it')]])
})
