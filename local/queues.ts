import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { Cloud } from './cloud.ts'

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const

const WORK = ['LaunchesQueueUrl', 'AlertedQueueUrl', 'SweepsQueueUrl', 'StopsQueueUrl']

/** The number of messages in a queue, including those in work. */
export async function countMessages(QueueUrl: string, { sqs }: Cloud['clients']): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] }))
  // Read by name: the emulator returns more than was asked for.
  return COUNTS.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0)
}

/**
 * The number of messages in a dead-letter queue, including those that a function has put there and that are still
 * hidden.
 */
export async function countDeadLetters(QueueUrl: string, { sqs }: Cloud['clients']): Promise<number> {
  const AttributeNames = [...COUNTS, 'ApproximateNumberOfMessagesDelayed'] as const
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  )
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0)
}

/** The addresses of the stack's queues: those of functions, and their dead-letter queues. */
export function listQueues({ stack: { outputs } }: Pick<Cloud, 'stack'>) {
  const all = Object.entries(outputs).filter(([name]) => name.endsWith('QueueUrl'))
  const isWork = (name: string) => WORK.includes(name) || name.startsWith('Channel')
  return {
    work: all.filter(([name]) => isWork(name)).map(([, url]) => url),
    parked: all.filter(([name]) => !isWork(name)).map(([, url]) => url),
  }
}

/** Waits until the functions have nothing left to do. False if they still have after so many seconds. */
export async function waitUntilSettled(cloud: Pick<Cloud, 'stack' | 'clients'>, seconds: number): Promise<boolean> {
  const until = Date.now() + seconds * 1000
  while (Date.now() < until) {
    const counts = await Promise.all(listQueues(cloud).work.map(url => countMessages(url, cloud.clients)))
    if (counts.every(count => count === 0)) return true
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return false
}
