import { Aws } from 'aws-cdk-lib'
import type { ChannelParts } from '../../constructs/channel-parts.ts'
import type { GuardFunction } from '../../constructs/guard-function.ts'

/**
 * Lets Sweep look after the channels: it asks those that exist to release what is overdue, and reports removed ones for
 * which something waits. It finds their queues by the name of the stack, because the stack itself does not know removed
 * ones.
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
