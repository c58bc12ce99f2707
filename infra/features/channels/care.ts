import { Aws } from 'aws-cdk-lib'
import type { ChannelParts } from '../../constructs/channel-parts.ts'
import type { GuardFunction } from '../../constructs/guard-function.ts'

/**
 * Lets Sweep look after the channels: it has those that are there told what is overdue, and says which are gone while something
 * waits for them. Their queues are known by the name of the stack, since the stack itself does not know them any more.
 */
export const careForChannels = (sweep: GuardFunction, channels: readonly ChannelParts[]): void => {
  // As short as it can be: there may be 20, and an environment has 4 KB.
  const known = channels.map(({ name, queue, undelivered }) => `${name}=${queue.queueName}/${undelivered.queueName}`)
  sweep.addEnvironment('CHANNELS', known.join(' '))
  for (const { queue } of channels) sweep.may(['sqs:SendMessage'], queue.queueArn)
  sweep.mayOnEach(
    ['sqs:GetQueueAttributes'],
    { service: 'sqs', resource: `${Aws.STACK_NAME}-*` },
    'The queues of channels that were removed are known by the name of the stack only; how many messages lie in them is all that is read.',
  )
}
