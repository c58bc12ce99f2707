import type { Hub, Template } from './template.ts'

/** Where in an organization the spokes are. */
export type Targets = {
  /** The ids of OUs, or of the root. */
  readonly units: readonly string[]
  readonly regions: readonly string[]
  /** The management account, if a delegated administrator of StackSets deploys them. */
  readonly management?: string
}

/**
 * All accounts and regions at once. Unless they say otherwise, StackSets deploy account by account and end at the first failure
 * (CloudFormation user guide, StackSet operation options).
 */
const PREFERENCES = {
  MaxConcurrentPercentage: 100,
  FailureTolerancePercentage: 90,
  ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
  RegionConcurrencyType: 'PARALLEL',
}

type StackSet = {
  readonly name: string
  readonly template: Template
  readonly groups: readonly object[]
  readonly capabilities?: readonly string[]
  /** The ARN of a StackSet that has to be done first in accounts that join later. */
  readonly after?: unknown
}

const createStackSet = (
  { name, template, groups, capabilities, after }: StackSet,
  { management }: Pick<Targets, 'management'>,
) => ({
  StackSetName: name,
  Description: template.Description,
  PermissionModel: 'SERVICE_MANAGED',
  // The roles go with an account that leaves.
  AutoDeployment: {
    Enabled: true,
    RetainStacksOnAccountRemoval: false,
    ...(after !== undefined && { DependsOn: [after] }),
  },
  ManagedExecution: { Active: true },
  ...(management !== undefined && { CallAs: 'DELEGATED_ADMIN' }),
  ...(capabilities !== undefined && { Capabilities: capabilities }),
  OperationPreferences: PREFERENCES,
  StackInstancesGroup: groups,
  TemplateBody: JSON.stringify(template),
})

/** StackSets lie in the management account, whoever makes them. */
const createStackSetArn = (resource: string, { management }: Pick<Targets, 'management'>) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:cloudformation:\${AWS::Region}:${management ?? `\${AWS::AccountId}`}:stackset/\${${resource}.StackSetId}`,
})

/**
 * The regions of the spokes. Events of the hub's own account and region come from the hub's own rules, so that this one region has no
 * rules of a spoke there.
 */
const createRegionGroups = ({ accountId, region }: Hub, { units, regions }: Targets): readonly object[] => {
  const others = regions.filter(each => each !== region)
  const inUnits = { OrganizationalUnitIds: units }
  const withoutHub = { ...inUnits, AccountFilterType: 'DIFFERENCE', Accounts: [accountId] }
  return [
    ...(others.length > 0 ? [{ DeploymentTargets: inUnits, Regions: others }] : []),
    ...(regions.includes(region) ? [{ DeploymentTargets: withoutHub, Regions: [region] }] : []),
  ]
}

type Templates = { readonly roles: Template; readonly rules: Template }

/**
 * Two StackSets that put the templates of a spoke into the accounts of these OUs, and into those that join them: the roles once, then
 * the rules in each region. They never reach the management account.
 */
export const buildStackSets = (hub: Hub, { roles, rules }: Templates, targets: Targets): Template => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'virtguard: the StackSets of the spokes. Deploy it once, in the management account or as its delegate.',
  Resources: {
    Roles: {
      Type: 'AWS::CloudFormation::StackSet',
      Properties: createStackSet(
        {
          name: 'virtguard-spoke-roles',
          template: roles,
          // Names of roles are global: a second region would refuse them.
          groups: [{ DeploymentTargets: { OrganizationalUnitIds: targets.units }, Regions: [hub.region] }],
          capabilities: ['CAPABILITY_NAMED_IAM'],
        },
        targets,
      ),
    },
    Rules: {
      Type: 'AWS::CloudFormation::StackSet',
      Properties: createStackSet(
        {
          name: 'virtguard-spoke-region',
          template: rules,
          groups: createRegionGroups(hub, targets),
          // The rules name the role that forwards. CloudFormation takes the ARN for a dependency of its own, too.
          after: createStackSetArn('Roles', targets),
        },
        targets,
      ),
    },
  },
})
