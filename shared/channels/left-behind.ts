/** A channel and the queues that it has, or had. */
export type ChannelQueues = { readonly name: string; readonly queueUrl: string; readonly undeliveredUrl: string }

/** The messages that wait for a removed channel. A count is undefined if the queue was deleted, too. */
export type Waiting = {
  readonly queued: number | undefined
  readonly undelivered: number | undefined
  readonly scheduled: number
}

/**
 * The channels of `NAME=QUEUE/UNDELIVERED …`, as the stack names them to Sweep. Queues of one account and region differ in the
 * last part of their URLs only.
 */
export const listChannels = (text: string, anyQueueUrl: string): readonly ChannelQueues[] => {
  const parseUrl = (queue: string): string => `${anyQueueUrl.slice(0, anyQueueUrl.lastIndexOf('/'))}/${queue}`
  return text
    .split(' ')
    .filter(entry => entry !== '')
    .map(entry => {
      const [name = '', queue = '', undelivered = ''] = entry.split(/[=/]/)
      return { name, queueUrl: parseUrl(queue), undeliveredUrl: parseUrl(undelivered) }
    })
}

const readQueueName = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1)

/** The ARN of a queue of the account and region of another ARN. */
export const toQueueArn = (queueUrl: string, anyArn: string): string => {
  const [, partition, , region, accountId] = anyArn.split(':')
  return `arn:${partition}:sqs:${region}:${accountId}:${readQueueName(queueUrl)}`
}

/**
 * Those of the channels there have been that are not there any more; a name that is used again has other queues. By the names
 * of their queues: the endpoint in a URL may be written in other ways.
 */
export const findRemoved = (
  known: readonly ChannelQueues[],
  present: readonly ChannelQueues[],
): readonly ChannelQueues[] => {
  const queues = new Set(present.map(({ queueUrl }) => readQueueName(queueUrl)))
  return known.filter(({ queueUrl }) => !queues.has(readQueueName(queueUrl)))
}

/** Whether something waits that nobody will send. */
export const isLeftBehind = ({ queued = 0, undelivered = 0, scheduled }: Waiting): boolean =>
  queued + undelivered + scheduled > 0
