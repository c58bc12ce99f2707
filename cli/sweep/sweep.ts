import type { SQSClient } from '@aws-sdk/client-sqs'
import { sendTo } from '../../shared/aws/sweep-queue.ts'
import { UserError } from '../../shared/errors.ts'
import { askAws } from '../aws/asking.ts'
import type { DeployedStack } from '../aws/stack.ts'
import type { Io } from '../output/io.ts'

const findSweepQueue = ({ name, outputs }: DeployedStack): string => {
  const url = outputs['SweepsQueueUrl']
  if (url !== undefined) return url
  throw new UserError(
    `the stack ${name} names no queue of sweeps in its outputs; name the virtguard stack with --stack, or deploy it again`,
  )
}

/**
 * Asks a deployed stack to begin a sweep. Throws UserError if it has no queue for that, or the caller may not write to
 * it.
 */
export const sweep = async (
  io: Io,
  sqs: SQSClient,
  { stack, regions }: { readonly stack: DeployedStack; readonly regions: readonly string[] },
): Promise<number> => {
  const url = findSweepQueue(stack)
  const message = { kind: 'start', ...(regions.length > 0 && { regions }) } as const
  await askAws('sqs:SendMessage', sendTo({ client: sqs, url }, message))
  const where = regions.length > 0 ? regions.join(', ') : 'the regions that the stack sweeps'
  io.out.write(
    `a sweep of ${where} begins now; what it finds is alerted, and in "virtguard findings --since 1h" when it is done\n`,
  )
  return 0
}
