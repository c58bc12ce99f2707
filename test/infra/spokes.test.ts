import { describe, expect, test } from '@jest/globals'
import { buildSpokeRoles } from '../../infra/spokes/roles.ts'
import { buildSpokeRules } from '../../infra/spokes/rules.ts'
import { findOwner } from '../../shared/owners/owners.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { aTemplate, ENFORCING, resourcesOf } from './stack.ts'

const HUB = { accountId: '123456789012', region: 'eu-central-1', organizationId: 'o-a1b2c3d4e5' }

/** Every rule on, and enforcing: the largest templates that there are. */
const EVERYTHING: Policy = {
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(
    RULES.map(({ id, severity }) => [id, { severity, options: {}, ...DEFAULT_POLICY.rules[id], mode: 'enforce' }]),
  ),
}
const OFF: Policy = {
  ...DEFAULT_POLICY,
  rules: Object.fromEntries(
    Object.entries(DEFAULT_POLICY.rules).map(([id, settings]) => [id, { ...settings, mode: 'off' }]),
  ),
}

type Json = Readonly<Record<string, unknown>>
type Statement = {
  readonly Effect: string
  readonly Principal?: Json
  readonly Action: string | readonly string[]
  readonly Resource: unknown
  readonly Condition?: Readonly<Record<string, Json>>
}
type Role = {
  readonly Type: string
  readonly Properties: {
    readonly RoleName: string
    readonly AssumeRolePolicyDocument: { readonly Statement: readonly Statement[] }
    readonly Policies: readonly [{ readonly PolicyDocument: { readonly Statement: readonly Statement[] } }]
  }
}

const rolesOf = (policy: Policy): Readonly<Record<string, Role>> => {
  const { Resources } = JSON.parse(JSON.stringify(buildSpokeRoles(HUB, policy)))
  return Object.fromEntries(Object.values<Role>(Resources).map(role => [role.Properties.RoleName, role]))
}
const statementsOf = (role: Role | undefined) => role?.Properties.Policies[0].PolicyDocument.Statement ?? []
const trustOf = (role: Role | undefined) => role?.Properties.AssumeRolePolicyDocument.Statement ?? []
const actionsOf = (role: Role | undefined) => statementsOf(role).flatMap(({ Action }) => Action)

// Biome takes the real form for a template string.
const sub = (text: string) => ({ 'Fn::Sub': text.replace(/<(\w+)>/g, (_, name: string) => `\${AWS::${name}}`) })

const hubRole = (name: string) => sub(`arn:<Partition>:iam::123456789012:role/${name}`)
const ofHub = (...names: readonly string[]) => [
  {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { AWS: sub('arn:<Partition>:iam::123456789012:root') },
    Condition: {
      ArnEquals: { 'aws:PrincipalArn': names.map(hubRole) },
      StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
    },
  },
]
const INSTANCES = sub('arn:<Partition>:ec2:*:<AccountId>:instance/*')

describe('the templates of a spoke', () => {
  const templates = () => [buildSpokeRoles(HUB, EVERYTHING), buildSpokeRules(HUB, EVERYTHING)]

  test('fit into a request to CloudFormation, whatever the policy', () => {
    for (const template of templates())
      expect(Buffer.byteLength(JSON.stringify(template, null, 2))).toBeLessThan(51_200)
  })

  test('have roles and rules, and no code, asset, parameter, transform or stack in them', () => {
    const typesOf = (template: unknown) =>
      [...JSON.stringify(template).matchAll(/"Type":"([^"]+)"/g)].map(([, type]) => type)
    expect(templates().map(template => new Set(typesOf(template)))).toEqual([
      new Set(['AWS::IAM::Role']),
      new Set(['AWS::Events::Rule']),
    ])
    for (const template of templates())
      expect(Object.keys(template ?? {})).toEqual(['AWSTemplateFormatVersion', 'Description', 'Resources'])
  })

  test('are the same whenever they are made', () => {
    const [first, second] = [templates(), templates()]
    expect(JSON.stringify(first)).toBe(JSON.stringify(second))
  })

  test('refer to the account and partition that they are deployed in, never to one of ours', () => {
    const accounts = JSON.stringify(templates()).match(/(?<!\d)\d{12}(?!\d)/g)
    expect(new Set(accounts)).toEqual(new Set([HUB.accountId]))
    expect(JSON.stringify(templates())).not.toMatch(/arn:aws/)
  })
})

describe('the rules of a spoke', () => {
  test.each([
    ['observes', DEFAULT_POLICY],
    ['enforces', ENFORCING],
    ['has every rule on', EVERYTHING],
  ] as const)('have the patterns of the own rules of a stack that %s', (_name, policy) => {
    const { Resources } = JSON.parse(JSON.stringify(buildSpokeRules(HUB, policy)))
    const patterns = (rules: Readonly<Record<string, { Properties: Json }>>) =>
      Object.values(rules)
        .map(({ Properties }) => JSON.stringify([Properties['Description'], sortKeys(Properties['EventPattern'])]))
        .sort()
    expect(patterns(Resources)).toEqual(patterns(resourcesOf(aTemplate({ policy }), 'AWS::Events::Rule')))
  })

  test('send every event to the bus of the hub with the role that may, in names that the role trusts', () => {
    const { Resources } = JSON.parse(JSON.stringify(buildSpokeRules(HUB, EVERYTHING)))
    const rules = Object.values<{ readonly Properties: Json }>(Resources).map(({ Properties }) => Properties)
    for (const { Name, Targets } of rules) {
      expect(Name).toMatch(/^virtguard-[a-z-]{1,54}$/)
      expect(Targets).toEqual([
        {
          Id: 'hub',
          Arn: sub('arn:<Partition>:events:eu-central-1:123456789012:event-bus/virtguard'),
          RoleArn: sub('arn:<Partition>:iam::<AccountId>:role/virtguard-forward'),
        },
      ])
    }
    expect(new Set(rules.map(({ Name }) => Name)).size).toBe(rules.length)
  })

  test('are none if the policy turns every rule off', () => expect(buildSpokeRules(HUB, OFF)).toBeUndefined())
})

describe('the role that forwards', () => {
  const role = rolesOf(DEFAULT_POLICY)['virtguard-forward']

  test('may put events on the bus of the hub, and nothing else', () =>
    expect(statementsOf(role)).toEqual([
      {
        Effect: 'Allow',
        Action: ['events:PutEvents'],
        Resource: sub('arn:<Partition>:events:eu-central-1:123456789012:event-bus/virtguard'),
      },
    ]))

  test('trusts EventBridge for rules of its own account with our names', () =>
    expect(trustOf(role)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: {
            'aws:SourceArn': sub('arn:<Partition>:events:*:<AccountId>:rule/virtguard-*'),
          },
        },
      },
    ]))
})

describe('the role that reads', () => {
  test('is trusted to the functions of the hub that read, in this organization', () =>
    expect(trustOf(rolesOf(ENFORCING)['virtguard-read'])).toEqual(ofHub('virtguard-evaluate', 'virtguard-sweep')))

  test('may read what a sweep and the rules of the policy read, and change nothing', () => {
    const always = ['ec2:DescribeImages', 'ec2:DescribeInstanceTypes', 'ec2:DescribeInstances', 'ec2:DescribeRegions']
    expect(actionsOf(rolesOf(OFF)['virtguard-read'])).toEqual(always)
    expect(actionsOf(rolesOf(EVERYTHING)['virtguard-read'])).toEqual(
      [...new Set([...always, ...RULES.flatMap(({ reads }) => reads)])].sort(),
    )
    for (const action of actionsOf(rolesOf(EVERYTHING)['virtguard-read'])) expect(action).toMatch(/^\w+:Describe\w+$/)
  })
})

describe('the role that stops', () => {
  const role = rolesOf(ENFORCING)['virtguard-stop']

  test('is there only where a rule enforces, and is the only one that may change anything in EC2', () => {
    expect(Object.keys(rolesOf(DEFAULT_POLICY))).toEqual(['virtguard-forward', 'virtguard-read'])
    const may = Object.entries(rolesOf(EVERYTHING)).filter(([, each]) =>
      actionsOf(each).some(action => !/:Describe|^events:PutEvents$/.test(action)),
    )
    expect(may.map(([name]) => name)).toEqual(['virtguard-stop'])
  })

  test('is trusted to the one function of the hub that stops', () =>
    expect(trustOf(role)).toEqual(ofHub('virtguard-enforce')))

  test('may read again, and stop instances of its own account', () =>
    expect(statementsOf(role)).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'ec2:DescribeImages',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeInstances',
          'ec2:DescribeSpotInstanceRequests',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['ec2:DescribeInstanceAttribute'],
        Resource: INSTANCES,
        Condition: { StringEqualsIgnoreCase: { 'ec2:Attribute': 'disableApiStop' } },
      },
      {
        Effect: 'Allow',
        Action: ['ec2:StopInstances'],
        Resource: INSTANCES,
        Condition: {
          StringEqualsIfExists: { 'ec2:RootDeviceType': 'ebs' },
          Null: {
            'ec2:ManagedResourceOperator': 'true',
            'aws:ResourceTag/aws:autoscaling:groupName': 'true',
            'aws:ResourceTag/aws:ec2:fleet-id': 'true',
            'aws:ResourceTag/aws:ec2spot:fleet-request-id': 'true',
            'aws:ResourceTag/aws:eks:cluster-name': 'true',
            'aws:ResourceTag/aws:elasticmapreduce:job-flow-id': 'true',
          },
        },
      },
    ]))

  // Else a stop that was promised would be refused by IAM.
  test('refuses by its conditions only what virtguard itself never stops', () => {
    const { Null = {} } = statementsOf(role).find(({ Action }) => Action.includes('ec2:StopInstances'))?.Condition ?? {}
    const tags = Object.keys(Null).flatMap(key => /^aws:ResourceTag\/(.+)$/.exec(key)?.[1] ?? [])
    expect(tags.length).toBeGreaterThan(0)
    for (const tag of tags)
      expect(findOwner({ tags: { [tag]: 'x' } }, {}, 'ignore')).toMatchObject({ writtenBy: 'aws' })
  })
})

const sortKeys = (value: unknown): unknown =>
  Array.isArray(value) || typeof value !== 'object' || value === null
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .map(([key, inner]): [string, unknown] => [key, sortKeys(inner)])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
