import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { readMessage } from '../../functions/enforce/message.ts'
import { readSettingsFrom } from '../../infra/settings/context.ts'
import { HUB_ROLES, SPOKE_ROLES } from '../../infra/spokes/names.ts'
import { UserError } from '../../shared/errors.ts'
import { deployedGrants, idIn } from './grants.ts'
import { anApp, aTemplate, ENFORCING, type Resource, resourceNamed, resourcesOf } from './stack.ts'

const ORGANIZATION = 'o-a1b2c3d4e5'
const ALONE = aTemplate({ policy: ENFORCING })
const HUB = aTemplate({ policy: ENFORCING, organization: ORGANIZATION })

const resources = (template: Template) => template.toJSON()['Resources'] as Readonly<Record<string, Resource>>
const withoutHash = (ids: readonly string[]) => ids.map(id => id.replace(/[0-9A-F]{8}$/, '')).sort()

const newIn = (template: Template) => {
  const known = resources(ALONE)
  return Object.fromEntries(Object.entries(resources(template)).filter(([id]) => !(id in known)))
}

describe('a stack without an organization', () => {
  test('has nothing of a hub: no bus, no STS, no role with a name', () => {
    const text = JSON.stringify(ALONE.toJSON())
    expect(text).not.toMatch(/sts:AssumeRole"\],?"Effect|EventBus|SPOKE_ROLE|virtguard-(read|stop|forward)|RoleName/)
    expect(text.match(/sts:\w+/g)?.filter(action => action !== 'sts:AssumeRole')).toEqual([])
    expect(deployedGrants(ALONE).filter(({ action }) => action.startsWith('sts:'))).toEqual([])
  })
})

describe('the hub of an organization', () => {
  test('has these parts more, and loses none', () => {
    expect(withoutHash(Object.keys(newIn(HUB)))).toEqual(
      [
        'Bus',
        'BusPolicy',
        'SpokesFailedGroupLaunchEvents',
        'SpokesImageEvents',
        'SpokesLaunchEvents',
        'SpokesRefusedFleetEvents',
        'SpokesRefusedGroupEvents',
        'SpokesRefusedLaunchEvents',
        'SpokesRefusedNodeGroupEvents',
        'SpokesRunningEvents',
        'SpokesStartEvents',
        'SpokesStoppedEvents',
        'SpokesUnreadable',
        'StopRoleTries',
      ].sort(),
    )
    expect(Object.keys(resources(ALONE)).filter(id => !(id in resources(HUB)))).toEqual([])
  })

  test('changes of the others only names of roles, the rights and the settings of Evaluate and Enforce, and who may write to the queues', () => {
    const [alone, hub] = [resources(ALONE), resources(HUB)]
    const changed = Object.keys(alone).filter(id => JSON.stringify(alone[id]) !== JSON.stringify(hub[id]))
    expect(withoutHash(changed)).toEqual(
      [
        'Enforce',
        'EnforceRole',
        'EnforceRoleDefaultPolicy',
        'EnforceSqsEventSourceVirtguardStops44A44A97',
        'Evaluate',
        'EvaluateRole',
        'EvaluateRoleDefaultPolicy',
        'LaunchesPolicy',
        'StopsPolicy',
        'SweepRole',
        'UndeliveredEventsPolicy',
        'UndeliveredStopsPolicy',
      ].sort(),
    )
  })

  test('has a bus on which only rules of the organization may put events', () => {
    const [bus, ...others] = Object.values(resourcesOf(HUB, 'AWS::Events::EventBus'))
    expect(others).toEqual([])
    expect(bus?.Properties['Name']).toBe('virtguard')
    const [policy, ...more] = Object.values(resourcesOf(HUB, 'AWS::Events::EventBusPolicy'))
    expect(more).toEqual([])
    expect(policy?.Properties['Statement']).toEqual({
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Bus/), 'Arn'] },
      Condition: {
        StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
        BoolIfExists: { 'events:eventBusInvocation': 'true' },
      },
    })
  })

  test('puts what comes over the bus into the queue of its own events, by the same patterns', () => {
    const rules = Object.values(resourcesOf(HUB, 'AWS::Events::Rule')).map(({ Properties }) => Properties)
    const ofBus = rules.filter(
      ({ EventBusName, Description }) => EventBusName !== undefined && !/stopped/.test(`${Description}`),
    )
    const own = rules.filter(
      ({ EventBusName, Description, ScheduleExpression }) =>
        EventBusName === undefined && ScheduleExpression === undefined && !/stopped/.test(`${Description}`),
    )
    const patterns = (some: typeof rules) => some.map(({ EventPattern }) => JSON.stringify(EventPattern)).sort()
    expect(patterns(ofBus)).toEqual(patterns(own))
    for (const { EventBusName, Targets } of ofBus) {
      expect(EventBusName).toEqual({ Ref: expect.stringMatching(/^Bus/) })
      const [target, ...others] = Targets as readonly { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[]
      expect(others).toEqual([])
      expect([idIn(target?.Arn), idIn(target?.DeadLetterConfig.Arn)]).toEqual(['Launches', 'UndeliveredEvents'])
    }
  })

  test('puts what stopped in a spoke into the queue of stops, by the pattern of its own account', () => {
    const ofStopped = Object.values(resourcesOf(HUB, 'AWS::Events::Rule')).flatMap(({ Properties }) =>
      /stopped/.test(String(Properties['Description'])) ? [Properties] : [],
    )
    const [first, second, ...others] = ofStopped
    expect(others).toEqual([])
    expect(second?.['EventPattern']).toEqual(first?.['EventPattern'])
    expect(ofStopped.filter(({ EventBusName }) => EventBusName !== undefined)).toHaveLength(1)
    for (const { Targets } of ofStopped) {
      const [target] = Targets as readonly { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[]
      expect([idIn(target?.Arn), idIn(target?.DeadLetterConfig.Arn)]).toEqual(['Stops', 'UndeliveredStops'])
    }
  })

  test('has ten copies of Enforce, so that a slow account does not hold the stops of the others', () => {
    const copies = (template: Template) =>
      Object.values(resourcesOf(template, 'AWS::Lambda::EventSourceMapping')).flatMap(({ Properties }) =>
        idIn(Properties['FunctionName']) === 'Enforce' ? [Properties['ScalingConfig']] : [],
      )
    expect([copies(ALONE), copies(HUB)]).toEqual([[{ MaximumConcurrency: 2 }], [{ MaximumConcurrency: 10 }]])
  })

  test('has the role for stops tried every quarter of an hour, by a message that Enforce reads', () => {
    const { Properties } = resourceNamed(HUB, 'AWS::Events::Rule', 'StopRoleTries')
    expect(Properties['ScheduleExpression']).toBe('rate(15 minutes)')
    const [target, ...others] = Properties['Targets'] as readonly { Arn: unknown; Input: string }[]
    expect(others).toEqual([])
    expect(idIn(target?.Arn)).toBe('Stops')
    expect(readMessage(target?.Input ?? '')).toEqual({ kind: 'try-roles' })
  })

  test.each([
    ['Evaluate', 'read'],
    ['Enforce', 'stop'],
  ] as const)('lets %s use the role %s of the spokes', (name, role) => {
    expect(JSON.stringify(resourceNamed(HUB, 'AWS::IAM::Policy', `${name}RoleDefaultPolicy`))).toContain(
      `{"Action":"sts:AssumeRole","Effect":"Allow","Resource":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::*:role/virtguard-${role}"]]}}`,
    )
    expect(resourceNamed(HUB, 'AWS::Lambda::Function', name).Properties['Environment']).toMatchObject({
      Variables: { SPOKE_ROLE: `virtguard-${role}` },
    })
  })

  test('lets no function use another role', () => {
    const known = deployedGrants(ALONE).map(grant => JSON.stringify(grant))
    const more = deployedGrants(HUB).filter(grant => !known.includes(JSON.stringify(grant)))
    expect(more.map(({ function: name, action }) => `${name} ${action}`)).toEqual([
      'Enforce sts:AssumeRole',
      'Evaluate sts:AssumeRole',
    ])
  })

  test('gives the roles that spokes trust the names by which they trust them, and none of a spoke', () => {
    for (const [name, role] of Object.entries(HUB_ROLES))
      expect(resourceNamed(HUB, 'AWS::IAM::Role', `${name}Role`).Properties['RoleName']).toBe(role)
    const named = Object.values(resourcesOf(HUB, 'AWS::IAM::Role')).flatMap(
      ({ Properties }) => Properties['RoleName'] ?? [],
    )
    expect(named.sort()).toEqual(Object.values<unknown>(HUB_ROLES).sort())
    expect(Object.values<string>(SPOKE_ROLES).filter(name => named.includes(name))).toEqual([])
  })

  test('has an alarm for accounts that cannot be read, with its page', () => {
    const { Properties } = resourceNamed(HUB, 'AWS::CloudWatch::Alarm', 'SpokesUnreadable')
    expect(Properties).toMatchObject({ MetricName: 'SpokesUnreadable', Namespace: 'virtguard', Threshold: 0 })
    const page = /See (docs\/runbooks\/[\w-]+\.md)$/.exec(String(Properties['AlarmDescription']))?.[1] ?? 'none'
    expect(readFileSync(join(__dirname, '../..', page), 'utf8')).toMatch(/^# SpokesUnreadable: /)
  })

  test('has no function that stops, and no role for one, if no rule enforces', () => {
    const template = aTemplate({ organization: ORGANIZATION })
    const names = Object.values(resourcesOf(template, 'AWS::IAM::Role')).flatMap(
      ({ Properties }) => Properties['RoleName'] ?? [],
    )
    expect(names.sort()).toEqual(['virtguard-evaluate', 'virtguard-sweep'])
  })

  test('passes the checks of cdk-nag', () => {
    const { success, violations } = new AwsSolutionsChecks(
      anApp({ organization: ORGANIZATION, emails: ['user@example.com'] }),
    ).validateScope(anApp({ policy: ENFORCING, organization: ORGANIZATION, emails: ['user@example.com'] }))
    expect({ success, violations }).toEqual({ success: true, violations: [] })
  })
})

describe('the setting organization', () => {
  const mistake = (context: Readonly<Record<string, unknown>>): string => {
    try {
      readSettingsFrom(context)
    } catch (error) {
      if (error instanceof UserError) return error.message
      throw error
    }
    throw new Error('no mistake was found')
  }

  test('makes the stack the hub', () =>
    expect(readSettingsFrom({ organization: ORGANIZATION }).organization).toBe(ORGANIZATION))

  test.each(['', 'o-1', 'O-A1B2C3D4E5', 'ou-ab12-11111111', 4711])('is refused as %j, in a line', id =>
    expect(mistake({ organization: id })).toBe(
      `context organization: "${id}" is not the id of an organization; write it like o-a1b2c3d4e5, as AWS Organizations shows it`,
    ),
  )
})
