import { describe, expect, test } from '@jest/globals'
import type { Template } from 'aws-cdk-lib/assertions'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { deployedGrants, documentedGrants, type Grant } from './grants.ts'
import { aTemplate, ENFORCING, resourceNamed, resourcesOf } from './stack.ts'

const observing = aTemplate()
const enforcing = aTemplate({ policy: ENFORCING })

const BOTH = [
  {
    policy: 'observes',
    template: observing,
    roles: ['ConfirmRole', 'EvaluateRole', 'SweepRole', 'SweepSchedulerRole'],
  },
  {
    policy: 'enforces',
    template: enforcing,
    roles: ['ConfirmRole', 'EnforceRole', 'EvaluateRole', 'SchedulerRole', 'SweepRole', 'SweepSchedulerRole'],
  },
] as const

/** Without the patterns of events: those name calls of others, and permit nothing. */
const textOf = (template: Template): string =>
  JSON.stringify(template.toJSON(), (key, value) => (key === 'EventPattern' ? undefined : value))

const found = (template: Template, pattern: RegExp): readonly string[] =>
  [...textOf(template).matchAll(pattern)].map(([text]) => text)

const ec2Actions = (template: Template): readonly string[] =>
  [...textOf(template).matchAll(/"(ec2:[\w*]+)"(?!:)/g)].map(([, action = '']) => action)

test('a stack that observes with a live policy may read it, and nothing more', () => {
  const more = deployedGrants(aTemplate({ live: true })).filter(
    grant => !deployedGrants(observing).some(known => JSON.stringify(known) === JSON.stringify(grant)),
  )
  expect(more).toEqual([
    { function: 'Evaluate', action: 'dynamodb:Query', on: 'Ledger' },
    { function: 'Sweep', action: 'dynamodb:Query', on: 'Ledger', only: 'policy' },
  ])
})

test('a stack that sweeps every region may list the regions, and nothing more', () => {
  const more = deployedGrants(aTemplate({ sweepRegions: 'all' })).filter(
    grant => !deployedGrants(observing).some(known => JSON.stringify(known) === JSON.stringify(grant)),
  )
  expect(more).toEqual([{ function: 'Sweep', action: 'ec2:DescribeRegions', on: '*' }])
})

test('a stack that evaluates templates may read them, and nothing more', () => {
  const on = { mode: 'observe', severity: 'LOW', options: {} } as const
  const policy = { ...DEFAULT_POLICY, rules: { ...DEFAULT_POLICY.rules, 'incompatible-template': on } }
  const more = deployedGrants(aTemplate({ policy })).filter(
    grant => !deployedGrants(observing).some(known => JSON.stringify(known) === JSON.stringify(grant)),
  )
  expect(more).toEqual([
    { function: 'Evaluate', action: 'autoscaling:DescribeLaunchConfigurations', on: '*' },
    { function: 'Evaluate', action: 'ec2:DescribeLaunchTemplateVersions', on: '*' },
  ])
})

describe.each(BOTH)('the permissions, if the policy $policy,', ({ policy, template, roles }) => {
  test('are what docs/permissions.md lists, and nothing else', () => {
    expect(deployedGrants(template)).toEqual(documentedGrants(policy))
    expect(documentedGrants(policy).length).toBeGreaterThan(20)
  })

  test('are written once: no row allows what another row of its function allows without its condition', () => {
    const rows = documentedGrants(policy)
    const isSaid = (row: Grant, other: Grant): boolean =>
      row !== other &&
      row.function === other.function &&
      row.action === other.action &&
      row.on === other.on &&
      (other.only === undefined || row.only === other.only)
    expect(rows.filter(row => rows.some(other => isSaid(row, other)))).toEqual([])
  })

  test('are in the policies of these roles, without a managed policy', () => {
    const all = resourcesOf(template, 'AWS::IAM::Role')
    const names = Object.keys(all).map(id => id.slice(0, -8))
    expect(names.sort()).toEqual(roles)
    for (const { Properties } of Object.values(all))
      expect(Object.keys(Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Tags'])
  })

  test('let only Lambda and EventBridge Scheduler assume roles, the latter for the schedules of one group', () => {
    for (const role of roles) {
      const { AssumeRolePolicyDocument } = resourceNamed(template, 'AWS::IAM::Role', role).Properties
      const { Statement } = AssumeRolePolicyDocument as { Statement: readonly Record<string, unknown>[] }
      const isScheduler = role.endsWith('SchedulerRole')
      const service = isScheduler ? 'scheduler.amazonaws.com' : 'lambda.amazonaws.com'
      const ours = {
        'aws:SourceAccount': { Ref: 'AWS::AccountId' },
        'aws:SourceArn': {
          'Fn::GetAtt': [
            expect.stringMatching(role === 'SchedulerRole' ? /^Schedules[0-9A-F]{8}$/ : /^SweepSchedules[0-9A-F]{8}$/),
            'Arn',
          ],
        },
      }
      expect(Statement).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: service },
          ...(isScheduler && { Condition: { StringEquals: ours } }),
        },
      ])
    }
  })

  test('never include starting, changing or terminating, and nothing that a wildcard could hide', () => {
    for (const { action } of deployedGrants(template)) expect(action).toMatch(/^[a-z0-9]+:[A-Z]\w+$/)
    expect(found(template, /Terminate\w*|ModifyInstance\w*|"(ec2:)?StartInstances"|"(ec2|iam|\*):?\*"/g)).toEqual([])
  })

  test('let only the rules and the topic of the stack send to a queue, and never without TLS', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy')).map(({ Properties }) => Properties)
    const statements = policies.flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: readonly Record<string, unknown>[] }).Statement,
    )
    const queues = Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).length
    const rules = Object.keys(resourcesOf(template, 'AWS::Events::Rule')).length
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toHaveLength(queues)
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow')
    // Each rule to its queue and to its dead-letter queue; each of two topics likewise.
    expect(allowed).toHaveLength(2 * rules + 4)
    for (const statement of allowed) {
      expect(JSON.stringify(statement['Principal'])).toMatch(/"(events|sns)\.amazonaws\.com"/)
      expect(JSON.stringify(statement['Condition'])).toMatch(/"aws:SourceArn":\{"(Ref|Fn::GetAtt)":/)
    }
  })
})

describe('the right to stop an instance', () => {
  test('belongs to nobody if no rule enforces', () => {
    const actions = ec2Actions(observing)
    expect(actions.length).toBeGreaterThan(0)
    for (const action of actions) expect(action).toMatch(/^ec2:Describe\w+$/)
    expect(found(observing, /ec2:\w*\*|StopInstances|scheduler:|PassRole/g)).toEqual([])
  })

  test('belongs to Enforce alone if a rule enforces, and only in this account and region', () => {
    const stopping = deployedGrants(enforcing).filter(
      ({ action }) => !/^ec2:Describe/.test(action) && /^ec2:/.test(action),
    )
    expect(stopping).toEqual([{ function: 'Enforce', action: 'ec2:StopInstances', on: 'instance/*' }])
    expect(ec2Actions(enforcing).filter(action => !/^ec2:Describe\w+$/.test(action))).toEqual(['ec2:StopInstances'])
  })

  test('depends on the deployed policy: one rule on enforce is enough, and off is no rule', () => {
    const withMode = (mode: 'off' | 'observe' | 'enforce') =>
      textOf(
        aTemplate({
          policy: {
            ...ENFORCING,
            rules: { ...ENFORCING.rules, 'paravirtual-instance': { mode, severity: 'HIGH', options: {} } },
          },
        }),
      ).includes('StopInstances')
    expect([withMode('off'), withMode('observe'), withMode('enforce')]).toEqual([false, false, true])
  })
})

test('the right to read attributes of an instance belongs to Enforce, and only for stop protection, never for user data', () => {
  const reads = deployedGrants(enforcing).filter(({ action }) => /^ec2:\w*Attribute/.test(action))
  expect(reads).toEqual([
    { function: 'Enforce', action: 'ec2:DescribeInstanceAttribute', on: 'instance/*', only: 'disableApiStop' },
  ])
})

describe('the right to write the live policy and the switch', () => {
  test('belongs to no function, because those rows have a # in their key', () => {
    const writes = deployedGrants(enforcing).filter(({ action }) =>
      /^dynamodb:(?!Query|GetItem|BatchGetItem)/.test(action),
    )
    expect(writes).toHaveLength(6)
    for (const { on, only } of writes) expect({ on, only }).toEqual({ on: 'Ledger', only: '*#*' })
  })
})
