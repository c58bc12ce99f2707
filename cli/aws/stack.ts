import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation'
import { UserError } from '../../shared/errors.ts'
import { type Account, buildClientSettings } from './account.ts'
import { explainError } from './asking.ts'

/** The outputs of a deployed stack. */
export type DeployedStack = {
  readonly name: string
  readonly accountId: string
  readonly outputs: Readonly<Record<string, string>>
}

/** The name that infra/guard-app.ts gives it. */
export const DEFAULT_STACK = 'Virtguard'

const CALL = 'cloudformation:DescribeStacks'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message)

// arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID
const findAccount = (stack: Stack | undefined): string => stack?.StackId?.split(':')[4] ?? ''

const getOutputs = (stack: Stack | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (stack?.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
      key === undefined || value === undefined ? [] : [[key, value] as const],
    ),
  )

/** Reads a stack's outputs. `instead` says what else the user may give. Throws UserError if there is no such stack. */
export const readStack = async (account: Account, name: string, instead: string): Promise<DeployedStack> => {
  try {
    const client = new CloudFormationClient(buildClientSettings(account))
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
    return { name, accountId: findAccount(Stacks[0]), outputs: getOutputs(Stacks[0]) }
  } catch (error) {
    if (isMissing(error))
      throw new UserError(
        `there is no stack ${name} in this account and region; check --region and --profile, ${instead}`,
      )
    throw explainError(CALL, error, instead)
  }
}
