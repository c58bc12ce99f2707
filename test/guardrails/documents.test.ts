import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { combineDenied, listDenied } from '../../shared/guardrails/denied-types.ts'
import {
  BOUNDARY_CHARACTERS,
  buildBoundary,
  buildScps,
  type GuardrailDocument,
  SCP_CHARACTERS,
} from '../../shared/guardrails/documents.ts'
import { dropCovered, listTypes } from '../../shared/guardrails/type-patterns.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { isTypeAllowed } from '../../shared/rules/instance-family.ts'
import { type Document, type Request, simulate } from './simulator.ts'

const TYPES = loadCatalogue()
const ALL = listTypes(TYPES)
const NAMES = ALL.map(({ instanceType }) => instanceType)
const NO_OPTIONS = { except: [], spotRequests: false }
const OFF = ['paravirtual-instance', 'instance-family', 'xen-hypervisor']

const denying = (rules: Readonly<Record<string, string>>): readonly string[] => {
  const lines = OFF.map(id => `  ${id}: ${rules[id] ?? '{ mode: "off" }'}\n`).join('')
  return combineDenied(listDenied(parsePolicy(`version: 1\nrules:\n${lines}`, 'policy.yaml'), TYPES))
}

const parse = (documents: readonly GuardrailDocument[]): readonly Document[] =>
  documents.map(({ text }) => JSON.parse(text))

const INSTANCE = 'arn:aws:ec2:eu-central-1:123456789012:instance/*'
const IMAGE = 'arn:aws:ec2:eu-central-1::image/ami-0abcdef1234567890'
const GROUP = 'arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:*:autoScalingGroupName/web'

const launching = (type: string, action = 'ec2:RunInstances'): Request => ({
  action,
  resource: INSTANCE,
  keys: { 'ec2:InstanceType': type },
})

const resizing = (to: string, from = 't3.micro'): Request => ({
  action: 'ec2:ModifyInstanceAttribute',
  resource: INSTANCE,
  keys: { 'ec2:InstanceType': from, 'ec2:Attribute/InstanceType': to, 'ec2:Attribute': 'InstanceType' },
})

describe('the simulator', () => {
  const wrong = (condition: object, Resource = '*', Action = '*'): readonly Document[] =>
    JSON.parse(JSON.stringify([{ Statement: [{ Effect: 'Deny', Action, Resource, Condition: condition }] }]))

  test('knows that a negated operator denies what has no such key: the image of every launch', () =>
    expect(
      simulate(wrong({ StringNotLike: { 'ec2:InstanceType': 't3.*' } }), {
        action: 'ec2:RunInstances',
        resource: IMAGE,
      }),
    ).toBe('denied'))

  test('knows that StringNotEquals on the new type denies every change of an attribute', () =>
    expect(
      simulate(wrong({ StringNotEquals: { 'ec2:Attribute/InstanceType': 't3.micro' } }), {
        action: 'ec2:ModifyInstanceAttribute',
        resource: INSTANCE,
        keys: { 'ec2:Attribute': 'UserData' },
      }),
    ).toBe('denied'))

  test('knows that a key that does not exist denies nothing', () =>
    expect(simulate(wrong({ StringLike: { 'ec2:VirtualizationType': 'paravirtual' } }), launching('m1.small'))).toBe(
      'neither',
    ))
})

describe.each([
  ['paravirtual-instance', {}, (type: (typeof ALL)[number]) => type.virtualizationTypes.includes('paravirtual')],
  ['xen-hypervisor', {}, (type: (typeof ALL)[number]) => type.hypervisor === 'xen'],
  [
    'instance-family',
    { deny: ['t2', 'm5.*large', '*metal*'] },
    ({ instanceType }: (typeof ALL)[number]) => !isTypeAllowed(instanceType, { deny: ['t2', 'm5.*large', '*metal*'] }),
  ],
  [
    'instance-family',
    { allow: ['m7*', 't3', 'c8g.large'] },
    ({ instanceType }: (typeof ALL)[number]) => !isTypeAllowed(instanceType, { allow: ['m7*', 't3', 'c8g.large'] }),
  ],
  [
    'instance-family',
    { allow: ['*.large', '*.xlarge'] },
    ({ instanceType }: (typeof ALL)[number]) => !isTypeAllowed(instanceType, { allow: ['*.large', '*.xlarge'] }),
  ],
])('%s %j', (rule, options, mustDeny) => {
  const patterns = denying({ [rule]: JSON.stringify({ mode: 'observe', ...options }) })
  const scps = buildScps(patterns, NO_OPTIONS)
  const documents = parse(scps)
  const denied = new Set(ALL.filter(mustDeny).map(({ instanceType }) => instanceType))

  test('denies exactly the types of the catalogue that it must, in each call', () => {
    expect(denied.size).toBeGreaterThan(10)
    expect(denied.size).toBeLessThan(NAMES.length)
    const found = (toRequest: (type: string) => Request): readonly string[] =>
      NAMES.filter(name => simulate(documents, toRequest(name)) === 'denied')
    const expected = NAMES.filter(name => denied.has(name))
    expect(found(name => launching(name))).toEqual(expected)
    expect(found(name => resizing(name))).toEqual(expected)
  })

  test('stays below the limit in each document', () => {
    for (const { characters, text } of scps) {
      expect(characters).toBe(text.length)
      expect(characters).toBeLessThanOrEqual(SCP_CHARACTERS)
    }
  })
})

describe('a service control policy against paravirtual types and Xen', () => {
  const patterns = denying({ 'paravirtual-instance': '{}', 'xen-hypervisor': '{}' })
  const documents = parse(buildScps(patterns, NO_OPTIONS))

  test('has families, and sizes only of i3, whose bare metal does not run on Xen', () =>
    expect(patterns.filter(pattern => !pattern.endsWith('.*'))).toEqual(
      NAMES.filter(name => name.startsWith('i3.') && name !== 'i3.metal').toSorted(),
    ))

  test('is one document', () => expect(documents).toHaveLength(1))

  test.each([
    ['a launch of m1.small', launching('m1.small'), 'denied'],
    ['a launch of t3.micro', launching('t3.micro'), 'neither'],
    ['the image of any launch', { action: 'ec2:RunInstances', resource: IMAGE }, 'neither'],
    ['a start of m1.small', launching('m1.small', 'ec2:StartInstances'), 'denied'],
    ['a fleet of m1.small', launching('m1.small', 'ec2:CreateFleet'), 'denied'],
    ['a stop of m1.small', launching('m1.small', 'ec2:StopInstances'), 'neither'],
    ['the end of m1.small', launching('m1.small', 'ec2:TerminateInstances'), 'neither'],
    ['a resize to m1.small', resizing('m1.small'), 'denied'],
    ['a resize away from m1.small', resizing('t3.micro', 'm1.small'), 'neither'],
    [
      'a change of the user data of m1.small',
      {
        action: 'ec2:ModifyInstanceAttribute',
        resource: INSTANCE,
        keys: { 'ec2:InstanceType': 'm1.small', 'ec2:Attribute': 'UserData' },
      },
      'neither',
    ],
    [
      'a launch configuration of m1.small',
      {
        action: 'autoscaling:CreateLaunchConfiguration',
        resource: GROUP,
        keys: { 'autoscaling:InstanceType': 'm1.small' },
      },
      'denied',
    ],
    [
      'a group with m1.small among its overrides',
      {
        action: 'autoscaling:UpdateAutoScalingGroup',
        resource: GROUP,
        keys: { 'autoscaling:InstanceTypes': ['t3.micro', 'm1.small'] },
      },
      'denied',
    ],
    ['a group without overrides', { action: 'autoscaling:CreateAutoScalingGroup', resource: GROUP }, 'neither'],
    [
      'an environment of Cloud9',
      { action: 'cloud9:CreateEnvironmentEC2', resource: '*', keys: { 'cloud9:InstanceType': 't2.micro' } },
      'denied',
    ],
    ['a Spot request, of which IAM knows no type', { action: 'ec2:RequestSpotInstances', resource: '*' }, 'neither'],
  ] satisfies readonly (readonly [string, Request, string])[])('%s', (_, request, answer) =>
    expect(simulate(documents, request)).toBe(answer),
  )
})

describe('options', () => {
  const except = ['arn:aws:iam::123456789012:role/legacy-*']
  const documents = parse(buildScps(['m1.*'], { except, spotRequests: true }))

  test('exempt the principals that they name, and nobody else', () => {
    const asked = { ...launching('m1.small'), principal: 'arn:aws:iam::123456789012:role/legacy-billing' }
    expect(simulate(documents, asked)).toBe('neither')
    expect(simulate(documents, { ...asked, principal: 'arn:aws:iam::123456789012:role/web' })).toBe('denied')
    expect(simulate(documents, { ...asked, action: 'ec2:RequestSpotFleet', resource: '*' })).toBe('neither')
  })

  test('deny Spot requests as a whole', () =>
    expect(
      simulate(documents, { action: 'ec2:RequestSpotFleet', resource: '*', principal: 'arn:aws:iam::1:role/a' }),
    ).toBe('denied'))

  test('deny Spot requests once, in the first of several documents', () => {
    const many = Array.from({ length: 600 }, (_, index) => `x${index}.*`)
    const scps = buildScps(many, { except: [], spotRequests: true })
    expect(scps.length).toBeGreaterThan(1)
    expect(scps.filter(({ text }) => text.includes('RequestSpotFleet'))).toHaveLength(1)
    expect(parse(scps).flatMap(({ Statement }) => Statement.map(({ Effect }) => Effect))).not.toContain('Allow')
  })
})

describe('a permissions boundary', () => {
  const documents = parse([buildBoundary(['m1.*'], NO_OPTIONS)])

  test('allows what it does not deny, because it would refuse all else', () => {
    expect(simulate(documents, launching('m1.small'))).toBe('denied')
    expect(simulate(documents, launching('t3.micro'))).toBe('allowed')
    expect(simulate(documents, { action: 'ec2:RunInstances', resource: IMAGE })).toBe('allowed')
    expect(simulate(documents, { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key' })).toBe('allowed')
  })

  test('is refused if it is too long, because a principal has one only', () => {
    const many = Array.from({ length: 200 }, (_, index) => `x${index}.*`)
    expect(() => buildBoundary(many, NO_OPTIONS)).toThrow(`and IAM takes ${BOUNDARY_CHARACTERS}; write --as scp`)
  })
})

test('more patterns than all documents of a target take are refused', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => `x${index}.*`)
  expect(() => buildScps(many, NO_OPTIONS)).toThrow('need more than 9 service control policies')
})

test('a pattern that means more to IAM than to a policy is refused', () =>
  expect(() => denying({ 'instance-family': '{ deny: ["$*"] }' })).toThrow('matches no instance type'))

test.each([
  [['m1.small', 'm1.*'], ['m1.*']],
  [['m*.large', 'm?.large'], ['m*.large']],
  [['m?.large', 'm?*.large'], ['m?*.large']],
  [['a**', 'a*', 'a*'], ['a**']],
  [
    ['t1.*', 'm1.*'],
    ['t1.*', 'm1.*'],
  ],
])('of %j the patterns that match more are kept: %j', (patterns, kept) => expect(dropCovered(patterns)).toEqual(kept))
