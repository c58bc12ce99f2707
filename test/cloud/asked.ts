/** What the deployed Hook answers when it is asked as CloudFormation asks. */
import { InvokeCommand } from '@aws-sdk/client-lambda'
import type { Cloud } from '../../local/cloud.ts'
import type { HookAnswer } from '../../shared/hook/answer.ts'

export const askHook = async ({ clients, stack }: Pick<Cloud, 'clients' | 'stack'>, request: unknown) => {
  const FunctionName = stack.idOf('Hook', 'AWS::Lambda::Function')
  const { Payload, FunctionError } = await clients.lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(request) }),
  )
  const answer: HookAnswer = JSON.parse(Buffer.from(Payload ?? []).toString())
  if (FunctionError !== undefined) throw new Error(JSON.stringify(answer))
  return answer
}
