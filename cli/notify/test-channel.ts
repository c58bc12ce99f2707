import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda'
import type { TestAnswer, TestRequest } from '../../shared/channels/message.ts'
import { UserError } from '../../shared/errors.ts'
import { findNearest } from '../../shared/text/nearest-word.ts'
import { toPascalCase } from '../../shared/text/pascal.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { type Account, buildClientSettings } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import type { DeployedStack } from '../aws/stack.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'

/** The function that serves a channel. Throws UserError if the stack has no such channel. */
export const findFunction = ({ name: stack, outputs }: DeployedStack, channel: string): string => {
  const channels = (outputs['Channels'] ?? '').split(' ').filter(name => name !== '')
  const name = channels.includes(channel) ? outputs[`Notify${toPascalCase(channel)}Function`] : undefined
  if (name !== undefined) return name
  if (channels.length === 0)
    throw new UserError(
      `the stack ${stack} was deployed without channels; write some in the policy, and deploy it with -c policy=FILE`,
    )
  const meant = findNearest(channel, channels)
  throw new UserError(
    `the stack ${stack} has no channel ${channel}; ${meant === undefined ? `it has ${channels.join(', ')}` : `did you mean ${meant}?`}`,
  )
}

const isGone = (error: unknown): boolean => error instanceof Error && error.name === 'ResourceNotFoundException'

const invoke = async (client: LambdaClient, FunctionName: string): Promise<InvokeCommandOutput> => {
  const request: TestRequest = { kind: 'test' }
  try {
    return await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }))
  } catch (error) {
    if (!isGone(error)) throw error
    throw new UserError(`the function ${FunctionName} is not there; deploy the stack again`)
  }
}

const readTestAnswer = ({ FunctionError, Payload }: InvokeCommandOutput, name: string): TestAnswer => {
  const text = new TextDecoder().decode(Payload)
  if (FunctionError !== undefined)
    throw new UserError(`the function ${name} failed (${text.slice(0, 200)}); read its log, and deploy the stack again`)
  const answer: TestAnswer | undefined = JSON.parse(text || 'null') ?? undefined
  if (typeof answer?.arrived === 'boolean' && typeof answer.says === 'string') return answer
  throw new UserError(
    `the function ${name} gives no answer to a test, so it is of another version; deploy the stack again`,
  )
}

/** Sends one real message to a channel, and says whether it arrived. Returns 1 if it did not. Throws UserError. */
export const testChannel = async (
  io: Io,
  { stack, channel, account }: { readonly stack: DeployedStack; readonly channel: string; readonly account: Account },
): Promise<number> => {
  const name = findFunction(stack, channel)
  // The function has a minute, and is not invoked twice: there would be two messages.
  const client = new LambdaClient({ ...buildClientSettings(account), maxAttempts: 1 })
  const { arrived, says, whatToDo } = readTestAnswer(await askAws('lambda:InvokeFunction', invoke(client, name)), name)
  if (arrived) {
    io.out.write(`${toPlainText(channel)}: arrived; ${toPlainText(says)}\n`)
    return 0
  }
  printLine(io.err, `${channel}: did not arrive; ${says}${whatToDo === undefined ? '' : `; ${whatToDo}`}`)
  return 1
}
