import { STOP_READS } from '../../shared/aws/stop-session.ts'
import { STOP_PROTECTION } from '../../shared/facts/stop-protection.ts'
import { AWS_OWNER_TAGS } from '../../shared/owners/owners.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { hasEnforcingRule, listEc2Reads } from '../settings/derived.ts'
import { REGIONS_READ, SWEEP_READS } from '../settings/ec2-rights.ts'
import { HUB_ROLES, RULE_PREFIX, SPOKE_ROLES } from './names.ts'
import { createArn, createBusArn, type Hub, type Template } from './template.ts'

type Statement = Readonly<Record<string, unknown>>

type Role = {
  readonly name: string
  readonly description: string
  readonly trust: Statement
  readonly statements: readonly Statement[]
}

const createDocument = (statements: readonly Statement[]) => ({ Version: '2012-10-17', Statement: statements })

/** A role of a spoke, as its template makes it. What CloudFormation fills in is still open in both documents. */
export type SpokeRole = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly trust: object
  readonly permissions: object
}

const buildRole = (id: string, { name, description, trust, statements }: Role): SpokeRole => ({
  id,
  name,
  description,
  trust: createDocument([{ Effect: 'Allow', Action: 'sts:AssumeRole', ...trust }]),
  permissions: createDocument(statements),
})

const createRole = ({ name, description, trust, permissions }: SpokeRole) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    Description: description,
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: name, PolicyDocument: permissions }],
  },
})

/** EventBridge, on behalf of the rules of this account that are virtguard's. */
const TRUST_OWN_RULES: Statement = {
  Principal: { Service: 'events.amazonaws.com' },
  Condition: {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': createArn({ service: 'events', region: '*', resource: `rule/${RULE_PREFIX}*` }) },
  },
}

/**
 * By the ARN of the role and not as the principal: IAM would keep the id of that very role, and a hub that is deployed
 * again would be a stranger to every spoke.
 */
const trustHub = ({ accountId, organizationId }: Hub, roles: readonly string[]): Statement => ({
  Principal: { AWS: createArn({ service: 'iam', accountId, resource: 'root' }) },
  Condition: {
    ArnEquals: {
      'aws:PrincipalArn': roles.map(role => createArn({ service: 'iam', accountId, resource: `role/${role}` })),
    },
    StringEquals: { 'aws:PrincipalOrgID': organizationId },
  },
})

const allow = (actions: readonly string[], resource: unknown, condition?: Statement): Statement => ({
  Effect: 'Allow',
  Action: [...new Set(actions)].sort(),
  Resource: resource,
  ...(condition !== undefined && { Condition: condition }),
})

const INSTANCES = createArn({ service: 'ec2', region: '*', resource: 'instance/*' })

/**
 * What is never stopped, as far as IAM can see it: an instance whose root is not on EBS, one that a service manages, and
 * one that a group, a fleet or a cluster replaces by a tag that only AWS writes. EC2 sends not every key with every call.
 */
const STOPPABLE: Statement = {
  StringEqualsIfExists: { 'ec2:RootDeviceType': 'ebs' },
  Null: Object.fromEntries(
    ['ec2:ManagedResourceOperator', ...AWS_OWNER_TAGS.map(tag => `aws:ResourceTag/${tag}`)].map(key => [key, 'true']),
  ),
}

const createForwardRole = (hub: Hub): Role => ({
  name: SPOKE_ROLES.forward,
  description: 'virtguard: EventBridge forwards events of EC2 to the hub',
  trust: TRUST_OWN_RULES,
  statements: [allow(['events:PutEvents'], createBusArn(hub))],
})

const createReadRole = (hub: Hub, policy: Policy): Role => ({
  name: SPOKE_ROLES.read,
  description: 'virtguard: the hub reads facts of instances, images and types',
  trust: trustHub(hub, [HUB_ROLES.Evaluate, HUB_ROLES.Sweep]),
  statements: [allow([...SWEEP_READS, REGIONS_READ, ...listEc2Reads(policy)], '*')],
})

const createStopRole = (hub: Hub): Role => ({
  name: SPOKE_ROLES.stop,
  description: 'virtguard: the hub stops an instance that was announced',
  trust: trustHub(hub, [HUB_ROLES.Enforce]),
  statements: [
    allow(STOP_READS, '*'),
    // The other attributes are not ours to read: `userData` may hold secrets.
    allow(['ec2:DescribeInstanceAttribute'], INSTANCES, {
      StringEqualsIgnoreCase: { 'ec2:Attribute': STOP_PROTECTION },
    }),
    allow(['ec2:StopInstances'], INSTANCES, STOPPABLE),
  ],
})

/** The roles that each spoke has for this policy. One may stop only where a rule enforces. */
export const listSpokeRoles = (hub: Hub, policy: Policy): readonly SpokeRole[] => [
  buildRole('ForwardRole', createForwardRole(hub)),
  buildRole('ReadRole', createReadRole(hub, policy)),
  ...(hasEnforcingRule(policy) ? [buildRole('StopRole', createStopRole(hub))] : []),
]

/** The roles of a spoke, once an account, because names of roles are global. */
export const buildSpokeRoles = (hub: Hub, policy: Policy): Template => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'virtguard: the roles of a spoke. Deploy it in one region of each account, before the rules.',
  Resources: Object.fromEntries(listSpokeRoles(hub, policy).map(role => [role.id, createRole(role)])),
})
