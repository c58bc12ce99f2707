import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { ImageFacts } from '../../shared/facts/facts.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import type { DeclaredPair } from '../../shared/lint/model/declaration.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { ARM, aTemplate, evaluateTemplate, PV, stored, X86 } from './templates.ts'

const world = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: new Date('2026-11-24T08:00:00Z') }
const TYPES = ['t1.micro', 'm1.small', 't2.micro', 't3.micro', 't4g.micro', 'm7i.large', 'x9z.large'] as const

const RUNS = { numRuns: 40 }

const ref = (Ref: string) => ({ Ref })
const anImage = fc.oneof(
  fc.constantFrom<unknown>(
    stored(X86),
    stored(ARM),
    stored(PV),
    'ami-0abcdef1234567890',
    ref('Ami'),
    ref('Open'),
    undefined,
  ),
  fc.constant({ 'Fn::If': ['IsArm', stored(ARM), stored(X86)] }),
  fc.constant({ 'Fn::FindInMap': ['Images', ref('AWS::Region'), ref('Cpu')] }),
)
const aType = fc.oneof(
  fc.constantFrom<unknown>(...TYPES, ref('Type'), ref('Open'), undefined),
  fc.tuple(fc.constantFrom(...TYPES), fc.constantFrom(...TYPES)).map(([yes, no]) => ({ 'Fn::If': ['IsArm', yes, no] })),
)
const aLaunch = fc.record({ ImageId: anImage, InstanceType: aType })
const byT = { LaunchTemplateId: ref('T'), Version: '1' }
const aResource = fc.oneof(
  aLaunch.map(Properties => ({ Type: 'AWS::EC2::Instance', Properties })),
  aLaunch.map(launch => ({
    Type: 'AWS::EC2::Instance',
    Properties: { ...launch, LaunchTemplate: byT },
    Condition: 'IsArm',
  })),
  aLaunch.map(LaunchTemplateData => ({
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: { LaunchTemplateData, LaunchTemplateName: 'n' },
  })),
  fc.constant({
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: { LaunchTemplate: { LaunchTemplateName: 'n', Version: '1' } },
  }),
  fc.constant({ Type: 'AWS::S3::Bucket' }),
)
const ids = ['T', 'A', 'B', 'C', 'D'] as const
const resources = fc.dictionary(fc.constantFrom(...ids), aResource, { minKeys: 1 })

const PARTS = {
  Parameters: {
    Type: { Type: 'String', Default: 't3.micro', AllowedValues: ['t3.micro', 't4g.micro'] },
    Cpu: { Type: 'String', AllowedValues: ['x86_64', 'arm64', 'none'] },
    Ami: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: ARM },
    Open: { Type: 'String' },
  },
  Mappings: {
    Images: { 'us-east-1': { x86_64: stored(X86), arm64: stored(ARM) }, 'eu-west-1': { x86_64: stored(X86) } },
  },
  Conditions: { IsArm: { 'Fn::Equals': [ref('Cpu'), 'arm64'] } },
}

/** Status and reasons of each finding, without its words. */
const summarize = (template: unknown): readonly string[] =>
  evaluateTemplate(template)
    .findings.map(({ rule, place, status, reasons }) => [place.address, rule, status, ...reasons.toSorted()].join(' '))
    .toSorted()

const shuffle = <T>(value: T, reversed: boolean): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        (reversed ? Object.entries(value).toReversed() : Object.entries(value)).map(([key, one]) => [
          key,
          shuffle(one, reversed),
        ]),
      )
    : value

describe('whatever a template says', () => {
  test('the order of its keys changes nothing', () =>
    fc.assert(
      fc.property(resources, made => {
        const template = aTemplate(made, PARTS)
        expect(summarize(shuffle(template, true))).toEqual(summarize(template))
      }),
      RUNS,
    ))

  test('YAML and JSON, indented or not, have the same findings', () =>
    fc.assert(
      fc.property(resources, fc.nat(3), (made, indent) => {
        const template: unknown = JSON.parse(JSON.stringify(aTemplate(made, PARTS)))
        const expected = summarize(template)
        expect(summarize(JSON.stringify(template, undefined, indent))).toEqual(expected)
        expect(summarize(stringify(template, { aliasDuplicateObjects: false }))).toEqual(expected)
      }),
      RUNS,
    ))

  test('a resource more removes no failure of another', () =>
    fc.assert(
      fc.property(resources, aResource, (made, more) => {
        const before = summarize(aTemplate(made, PARTS)).filter(line => line.includes(' FAILED'))
        const after = summarize(aTemplate({ ...made, More: more }, PARTS))
        for (const line of before) {
          const [address, rule] = line.split(' ')
          expect(after.some(one => one.startsWith(`${address} ${rule} FAILED`))).toBe(true)
        }
      }),
      RUNS,
    ))

  test('each launch has an answer of incompatible-launch', () =>
    fc.assert(
      fc.property(aLaunch, Properties => {
        const lines = summarize(aTemplate({ It: { Type: 'AWS::EC2::Instance', Properties } }, PARTS))
        expect(lines.filter(line => line.startsWith('It incompatible-launch'))).toHaveLength(1)
      }),
    ))
})

describe('more facts of an image', () => {
  const facts = fc.record<ImageFacts>({
    virtualizationType: fc.constantFrom('hvm', 'paravirtual'),
    architecture: fc.constantFrom('x86_64', 'arm64', 'i386'),
    rootDeviceType: fc.constantFrom('ebs', 'instance-store'),
    enaSupport: fc.boolean(),
    bootMode: fc.constantFrom('legacy-bios', 'uefi', 'uefi-preferred', 'unset'),
  })
  const kept = fc.subarray(['virtualizationType', 'architecture', 'rootDeviceType', 'enaSupport', 'bootMode'] as const)
  const statuses = (pairs: readonly DeclaredPair[]) =>
    new Map(
      evaluateDeclaration(
        { kind: 'launch', place: { address: 'a' }, resourceType: 'AwsEc2Instance', pairs },
        { world, file: 'f', all: true },
      ).map(({ rule, status }) => [rule, status]),
    )

  test('never turn FAILED into anything else, and never PASSED into UNKNOWN', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(facts, kept, fc.constantFrom(...TYPES)), { minLength: 1, maxLength: 4 }), all => {
        const build = (isWhole: boolean) =>
          all.map(([image, keys, instanceType]): DeclaredPair => {
            const some = Object.fromEntries(
              Object.entries(image).filter(([key]) => isWhole || keys.some(one => one === key)),
            )
            return { image: { facts: some, sources: {} }, instanceType, open: [], left: [] }
          })
        const [few, more] = [statuses(build(false)), statuses(build(true))]
        for (const [rule, status] of few) {
          if (status === 'FAILED') expect([rule, more.get(rule)]).toEqual([rule, 'FAILED'])
          if (status === 'PASSED') expect([rule, more.get(rule)]).not.toEqual([rule, 'UNKNOWN'])
        }
      }),
    ))
})
