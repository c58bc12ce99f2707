import { performance } from 'node:perf_hooks'
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { type Cloud, startCloud } from '../../local/cloud.ts'
import { preparePython } from '../../local/python.ts'
import { waitUntilSettled } from '../../local/queues.ts'
import { createSubscribedQueue } from '../../local/subscriber.ts'
import { type Burst, countKinds } from './burst.ts'
import { createBurst } from './reports.ts'

const PATIENCE_SECONDS = 300
/** The number of calls that wait for alerts at the same time, so that the measurement does not wait for itself. */
const RECEIVERS = 4

/**
 * A burst through the deployed stack on the local cloud: from the queue that EventBridge delivers to, through the function
 * under its role, the ledger and SNS, to a subscriber.
 */
export async function runBurstDeployed(launches: number, say: (line: string) => void): Promise<Burst> {
  const python = await preparePython({ say })
  const cloud = await startCloud({ python, email: 'user@example.com', say })
  try {
    say(`${launches} launches at once, each reported twice`)
    return await measure(launches, cloud)
  } finally {
    await cloud.stop()
  }
}

async function measure(launches: number, cloud: Cloud): Promise<Burst> {
  const receive = await createSubscribedQueue(cloud, 'burst')
  const bodies = createBurst(launches)
  const tally = countKinds(() => performance.now())
  const until = performance.now() + PATIENCE_SECONDS * 1000
  const take = async () => {
    const envelopes = await receive()
    for (const envelope of envelopes) tally.take(JSON.parse(JSON.parse(envelope).Message))
    return envelopes.length
  }
  const receiving = Array.from({ length: RECEIVERS }, async () => {
    while (tally.alerted() < launches && performance.now() < until) await take()
  })
  await sendAll(bodies, cloud)
  await Promise.all(receiving)
  // Every further alert is a repetition.
  await waitUntilSettled(cloud, PATIENCE_SECONDS)
  while ((await take()) > 0);
  return { where: 'deployed on the local cloud', launches, reports: bodies.length, ...tally.result() }
}

async function sendAll(bodies: readonly string[], { clients, stack }: Cloud): Promise<void> {
  const QueueUrl = stack.outputs['LaunchesQueueUrl']
  for (let start = 0; start < bodies.length; start += 10) {
    const ten = bodies.slice(start, start + 10)
    const Entries = ten.map((MessageBody, index) => ({ Id: `${index}`, MessageBody }))
    const { Failed = [] } = await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    if (Failed.length > 0) throw new Error(`the emulated SQS did not take ${Failed.length} messages of the burst`)
  }
}
