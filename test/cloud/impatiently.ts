import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { TestCloud } from './cloud.ts'

/** A message that was not done comes back after minutes in the deployed stack. While this is done, after two seconds. */
export const impatiently = async <T>(
  { clients: { sqs }, stack }: TestCloud,
  queue: string,
  during: () => Promise<T>,
): Promise<T> => {
  const QueueUrl = stack.outputs[queue]
  const set = (VisibilityTimeout: string) =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }))
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] })
  const { Attributes } = await sqs.send(asked)
  await set('2')
  try {
    return await during()
  } finally {
    await set(Attributes?.['VisibilityTimeout'] ?? '')
  }
}
