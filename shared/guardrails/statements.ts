/** A statement of an IAM policy, as far as guardrails need one. */
export type Statement = {
  readonly Sid: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource: string
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export type PolicyDocument = { readonly Version: '2012-10-17'; readonly Statement: readonly Statement[] }

export type DenyOptions = {
  /** ARNs of principals that are not refused, with wildcards. */
  readonly except: readonly string[]
  /** Deny Spot requests as a whole: no condition key knows the type of one. */
  readonly spotRequests: boolean
}

type Deny = {
  readonly sid: string
  readonly actions: readonly string[]
  readonly resource: string
  readonly operator: 'StringLike' | 'ForAnyValue:StringLike'
  readonly key: string
}

// The condition keys, and the resources that have them, are those of AWS's service authorization reference. `instance/*` and not `*`,
// because a launch is asked for its image, its network and its volumes, too, which have no type.
const INSTANCES = 'arn:*:ec2:*:*:instance/*'

const DENIES: readonly Deny[] = [
  {
    sid: 'RefuseTypes',
    actions: ['ec2:RunInstances', 'ec2:StartInstances', 'ec2:CreateFleet'],
    resource: INSTANCES,
    operator: 'StringLike',
    key: 'ec2:InstanceType',
  },
  {
    // The key is there only if the type is changed, so that other attributes stay free.
    sid: 'RefuseResizes',
    actions: ['ec2:ModifyInstanceAttribute'],
    resource: INSTANCES,
    operator: 'StringLike',
    key: 'ec2:Attribute/InstanceType',
  },
  {
    sid: 'RefuseLaunchConfigurations',
    actions: ['autoscaling:CreateLaunchConfiguration'],
    resource: '*',
    operator: 'StringLike',
    key: 'autoscaling:InstanceType',
  },
  {
    // The types of a group's overrides are a list: one of them is enough.
    sid: 'RefuseGroups',
    actions: ['autoscaling:CreateAutoScalingGroup', 'autoscaling:UpdateAutoScalingGroup'],
    resource: '*',
    operator: 'ForAnyValue:StringLike',
    key: 'autoscaling:InstanceTypes',
  },
  {
    sid: 'RefuseCloud9',
    actions: ['cloud9:CreateEnvironmentEC2'],
    resource: '*',
    operator: 'StringLike',
    key: 'cloud9:InstanceType',
  },
]

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : values

/** Every request has this key, so that the negated operator exempts only those that it names. */
const createExceptions = (except: readonly string[]): Statement['Condition'] =>
  except.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': except } }

/** Denies of these types wherever IAM knows the type: positive matches only, which are false where a key is absent. */
export const denyTypes = (patterns: readonly string[], { except }: Pick<DenyOptions, 'except'>): readonly Statement[] =>
  DENIES.map(({ sid, actions, resource, operator, key }) => ({
    Sid: sid,
    Effect: 'Deny',
    Action: oneOrMany(actions),
    Resource: resource,
    Condition: { [operator]: { [key]: patterns }, ...createExceptions(except) },
  }))

/** Denies every Spot request that is made outside fleets and groups: of these IAM knows no type. */
export const denySpotRequests = ({ except }: Pick<DenyOptions, 'except'>): Statement => ({
  Sid: 'RefuseSpotRequests',
  Effect: 'Deny',
  Action: ['ec2:RequestSpotInstances', 'ec2:RequestSpotFleet'],
  Resource: '*',
  ...(except.length > 0 && { Condition: createExceptions(except) ?? {} }),
})

/** A boundary without an allow would refuse all that it does not name. */
export const ALLOW_REST: Statement = { Sid: 'AllowRest', Effect: 'Allow', Action: '*', Resource: '*' }
