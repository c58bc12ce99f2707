import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { waitUntilSettled } from '../../local/queues.ts'
import type { TestCloud } from './cloud.ts'

/** Those that keep a reading of the policy. The others read it for each message. */
const THAT_KEEP_A_READING = ['Evaluate', 'Sweep'] as const

/** So long as it takes on a busy machine. */
const PATIENCE_SECONDS = 60

/**
 * Has the functions begin anew, as after a deployment, so that the policy that was applied last is in force at once and
 * not when their readings are 45 seconds old. Not before they have nothing left to do, because what they work on would be
 * lost until its visibility timeout ends. What waits in a queue for its time is not lost.
 */
export const beginAnew = async (cloud: TestCloud): Promise<void> => {
  const { clients, stack } = cloud
  // Twice: a message may have been passed on to a queue that was counted a moment before.
  for (const _again of [1, 2])
    if (!(await waitUntilSettled(cloud, PATIENCE_SECONDS))) throw new Error('the functions still have work')
  for (const name of THAT_KEEP_A_READING) {
    const FunctionName = stack.idOf(name, 'AWS::Lambda::Function')
    const { Timeout } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
    // Nothing changes, but sandboxes of before a change of the configuration are not used any more.
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }))
    await waitUntilFunctionUpdatedV2({ client: clients.lambda, maxWaitTime: PATIENCE_SECONDS }, { FunctionName })
  }
}
