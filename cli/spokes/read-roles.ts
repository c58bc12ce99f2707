import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  type IAMClientConfig,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam'
import { askAws, askEach } from '../aws/asking.ts'
import type { FoundRole } from './compare-roles.ts'

/** The session may read roles of virtguard, and nothing else, whatever the role may. */
export const buildSessionPolicy = (partition: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'],
        Resource: `arn:${partition}:iam::*:role/virtguard-*`,
      },
    ],
  })

export const createIamClient = (config: IAMClientConfig): IAMClient => new IAMClient({ maxAttempts: 6, ...config })

const isMissing = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchEntityException'

/** IAM writes documents as in a URL (IAM API reference, GetRole). */
const parseDocument = (text: string | undefined): unknown =>
  text === undefined ? undefined : JSON.parse(decodeURIComponent(text))

const readTrust = async (client: IAMClient, RoleName: string): Promise<{ readonly document: unknown } | undefined> => {
  try {
    const { Role } = await client.send(new GetRoleCommand({ RoleName }))
    return { document: parseDocument(Role?.AssumeRolePolicyDocument) }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

const readInline = async (client: IAMClient, RoleName: string): Promise<FoundRole['policies']> => {
  const policies: Record<string, unknown> = {}
  for await (const { PolicyNames = [] } of askEach(
    'iam:ListRolePolicies',
    paginateListRolePolicies({ client }, { RoleName }),
  ))
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await askAws(
        'iam:GetRolePolicy',
        client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
      )
      policies[PolicyName] = parseDocument(PolicyDocument)
    }
  return policies
}

/** A role with all its rights. Undefined if there is none of that name. Throws UserError. */
export const readRole = async (client: IAMClient, RoleName: string): Promise<FoundRole | undefined> => {
  const trust = await askAws('iam:GetRole', readTrust(client, RoleName))
  if (trust === undefined) return undefined
  const attached: string[] = []
  for await (const { AttachedPolicies = [] } of askEach(
    'iam:ListAttachedRolePolicies',
    paginateListAttachedRolePolicies({ client }, { RoleName }),
  ))
    attached.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []))
  return { trust: trust.document, policies: await readInline(client, RoleName), attached }
}
