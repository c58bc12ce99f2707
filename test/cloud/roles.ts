import { GetRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam'
import type { TestCloud } from './cloud.ts'

export type Statement = {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export type RolePolicy = {
  readonly RoleName: string
  readonly PolicyName: string
  readonly document: { readonly Version: string; readonly Statement: readonly Statement[] }
}

/** The policies of a function's role, as the deployed role has them. */
export async function policiesOf(name: string, { clients: { iam }, stack }: TestCloud): Promise<readonly RolePolicy[]> {
  const RoleName = stack.idOf(`${name}Role`, 'AWS::IAM::Role')
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }))
  return Promise.all(
    PolicyNames.map(async PolicyName => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))
      return { RoleName, PolicyName, document: JSON.parse(decodeURIComponent(PolicyDocument ?? '')) }
    }),
  )
}
