import { randomUUID } from 'node:crypto'
import { PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { SendMessageBatchCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countDeadLetters, countMessages } from '../../local/queues.ts'
import { launchRecord } from '../../local/trail.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { policiesOf } from './roles.ts'
import { type Stage, stageOn } from './stage.ts'

/** Tests that need the queues for themselves. */
export const failureTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  beforeAll(async () => {
    cloud = theCloud()
    stage = await stageOn(cloud)
    // A message that failed comes back after 3 minutes in the deployed stack: no test waits for that.
    await setVisibility(cloud, '3')
  })
  afterAll(() => setVisibility(cloud, '180'))

  test('a malformed message among nine good ones is dead-lettered after ten tries, and the nine are processed', async () => {
    const { sqs } = cloud.clients
    const deadLetters = () => countDeadLetters(cloud.stack.outputs['FailedLaunchesQueueUrl'] ?? '', cloud.clients)
    const before = await deadLetters()
    const launches = await Promise.all(Array.from({ length: 9 }, () => stage.launch('pv')))
    const marker = `no launch ${randomUUID()} {`
    const bodies = [...launches.map(({ wish, answer }) => JSON.stringify(launchRecord(wish, answer))), marker]
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: cloud.stack.outputs['LaunchesQueueUrl'],
        Entries: bodies.map((MessageBody, index) => ({ Id: `${index}`, MessageBody })),
      }),
    )
    for (const { answer } of launches) expect(await stage.alerts(answer.reservationId, 1)).toHaveLength(1)
    for (let round = 0; round < 900 && (await deadLetters()) === before; round += 1)
      await new Promise(resolve => setTimeout(resolve, 100))
    expect(await deadLetters()).toBe(before + 1)
    expect(await countMessages(cloud.stack.outputs['LaunchesQueueUrl'] ?? '', cloud.clients)).toBe(0)
  }, 240_000)

  test('an alert that Evaluate may not publish is published once the grant is back', async () => {
    const { iam } = cloud.clients
    const granted = await publishGrant(cloud)
    const without = { ...granted.document, Statement: granted.document.Statement.filter(one => !isPublish(one)) }
    expect(without.Statement.length).toBeLessThan(granted.document.Statement.length)
    const { RoleName, PolicyName } = granted
    const put = (document: object) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }))
    await put(without)
    const launched = await stage.launch('pv')
    try {
      const before = cloud.calls().length
      await stage.report(launchRecord(launched.wish, launched.answer))
      await until(() =>
        cloud
          .calls()
          .slice(before)
          .some(call => call.action === 'Publish' && call.status === 403),
      )
      expect((await stage.rows(launched.answer)).map(({ state }) => state)).toContain('NEW')
    } finally {
      await put(granted.document)
    }
    expect(await stage.alerts(launched.answer.reservationId, 1)).toHaveLength(1)
    const rows = await stage.rows(launched.answer)
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['ALERTED']))
  })
}

async function setVisibility({ clients, stack }: TestCloud, VisibilityTimeout: string): Promise<void> {
  const QueueUrl = stack.outputs['LaunchesQueueUrl']
  await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }))
}

const isPublish = ({ Action }: { readonly Action: string | readonly string[] }) =>
  [Action].flat().includes('sns:Publish')

async function publishGrant(cloud: TestCloud) {
  const policies = await policiesOf('Evaluate', cloud)
  const found = policies.find(({ document }) => document.Statement.some(isPublish))
  if (!found) throw new Error('no policy of Evaluate grants sns:Publish')
  return found
}

async function until(isSo: () => boolean): Promise<void> {
  for (let round = 0; round < 300 && !isSo(); round += 1) await new Promise(resolve => setTimeout(resolve, 100))
  if (!isSo()) throw new Error('what was waited for did not happen within 30 s')
}
