import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { CATALOGUE_DATE, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { NAMED_TYPES } from '../../shared/catalogue/named-types.ts'
import { evaluate, evaluateRules, listWantedFacts, type World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { ACTOR, EVENT, imageSubject, instanceSubject, NOW, PLACE, refusedLaunch } from '../support/findings.ts'

const WORLD: World = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: NOW }
const under = (policy: string): World => ({ ...WORLD, policy: parsePolicy(`version: 1\n${policy}`, 'policy.yaml') })
const findings = (subject: Subject, world = WORLD, options = {}): readonly Finding[] =>
  evaluate({ subject, event: EVENT, actor: ACTOR }, world, options)
const rulesOf = (found: readonly Finding[]): readonly string[] => found.map(({ rule }) => rule)

const EXEMPT = `exemptions:
  - { rule: paravirtual-instance, match: { instanceType: "m1.*" }, reason: billing host, owner: a@example.com, expires: 2027-01-31 }
`
const KEYS = [
  'instanceId',
  'imageId',
  'instanceType',
  'virtualizationType',
  'enaSupport',
  'rootDeviceType',
  'tags',
] as const

const instances = fc
  .record({
    instanceType: fc.constantFrom('m1.small', 't2.micro', 'm7g.large', 'm5.metal', 'x99.large'),
    virtualizationType: fc.constantFrom<NonNullable<InstanceFacts['virtualizationType']>>('hvm', 'paravirtual'),
    enaSupport: fc.boolean(),
  })
  .chain(facts => fc.subarray([...KEYS]).map((unknown): Subject => instanceSubject(facts, unknown)))
const subjects = fc.oneof(instances, fc.constant<Subject>(imageSubject()), fc.constant<Subject>(refusedLaunch()))

describe('a finding', () => {
  const [found] = findings(instanceSubject())

  test('has the public shape', () => {
    expect(found).toEqual({
      schemaVersion: '1',
      id: 'paravirtual-instance/123456789012/us-east-1/i-0123456789abcdef0',
      rule: 'paravirtual-instance',
      status: 'FAILED',
      severity: 'MEDIUM',
      workflow: 'NEW',
      reasons: ['PARAVIRTUAL'],
      title: 'Paravirtual instance',
      message: 'i-0123456789abcdef0 (m1.small) runs paravirtual (PV).',
      remediation: expect.stringContaining('HVM image'),
      resource: {
        ...PLACE,
        type: 'AwsEc2Instance',
        id: 'i-0123456789abcdef0',
        arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0',
      },
      facts: {
        instanceType: 'm1.small',
        imageId: 'ami-0abcdef1234567890',
        virtualizationType: 'paravirtual',
        architecture: 'x86_64',
        rootDeviceType: 'ebs',
      },
      actor: ACTOR,
      event: EVENT,
      action: {
        type: 'stop',
        decision: 'would-stop',
        reason: expect.stringContaining('the rule is on observe'),
        code: 'RULE_OBSERVES',
        args: { graceSeconds: 900 },
      },
    })
  })

  test('holds no key without a value, so that it stays the same through JSON', () => {
    fc.assert(
      fc.property(subjects, subject => {
        for (const finding of findings(subject, WORLD, { all: true }))
          expect(JSON.parse(JSON.stringify(finding))).toStrictEqual(finding)
      }),
    )
  })

  test('that is UNKNOWN names the missing facts, and no reason for which a rule failed', () => {
    const unknown = findings(instanceSubject({}, ['virtualizationType', 'instanceType']))
    expect(unknown[0]).toMatchObject({
      rule: 'paravirtual-instance',
      status: 'UNKNOWN',
      reasons: ['FACTS_MISSING'],
      missing: ['instance virtualizationType'],
    })
    for (const { message } of unknown) expect(message).toMatch(/^Cannot say for i-0123456789abcdef0: .* not known\./)
    expect(unknown.every(({ status }) => status === 'UNKNOWN')).toBe(true)
  })

  test.each<[string, Subject, string, readonly string[], string, string?]>([
    [
      'paravirtual-instance',
      instanceSubject({}, ['virtualizationType']),
      'the virtualization type of the instance',
      ['instance virtualizationType'],
      'i-0123456789abcdef0',
    ],
    [
      'xen-hypervisor',
      instanceSubject({}, ['instanceType']),
      'the instance type of the instance',
      ['instance instanceType'],
      'i-0123456789abcdef0',
    ],
    [
      'xen-hypervisor',
      instanceSubject({ instanceType: 'x99.large' }),
      'the facts of its instance type x99.large',
      ['the facts of the instance type'],
      'i-0123456789abcdef0',
      ` The catalogue of ${CATALOGUE_DATE} has no such type.`,
    ],
    [
      'xen-hypervisor',
      instanceSubject({ instanceType: NAMED_TYPES[0] ?? '' }),
      `the facts of its instance type ${NAMED_TYPES[0]}`,
      ['the facts of the instance type'],
      'i-0123456789abcdef0',
      ` The type is newer than the catalogue of ${CATALOGUE_DATE}.`,
    ],
    [
      'incompatible-image',
      imageSubject({}, ['enaSupport']),
      'ENA support of the image',
      ['image enaSupport'],
      'ami-0abcdef1234567890',
    ],
  ])('that is UNKNOWN says in words what is not known: %s', (rule, subject, words, missing, id, why = '') => {
    expect(findings(subject).find(one => one.rule === rule)).toMatchObject({
      status: 'UNKNOWN',
      message: `Cannot say for ${id}: ${words} not known.${why}`,
      missing,
    })
  })

  test('has all that is known of the image and the type', () => {
    const image = imageSubject({ virtualizationType: 'paravirtual', enaSupport: false, bootMode: 'legacy-bios' })
    expect(findings(image)[0]?.facts).toEqual({
      imageId: 'ami-0abcdef1234567890',
      imageName: 'golden-2026-11-24',
      virtualizationType: 'paravirtual',
      architecture: 'x86_64',
      rootDeviceType: 'ebs',
      enaSupport: false,
      bootMode: 'legacy-bios',
    })
    expect(findings(refusedLaunch())[0]?.facts.instanceType).toBe('t3.micro')
  })
})

describe('the evaluation', () => {
  test('gives the same findings for the same input, with the ids rule/account/region/resource, each once', () => {
    fc.assert(
      fc.property(subjects, subject => {
        const found = findings(subject)
        expect(findings(structuredClone(subject))).toEqual(found)
        const { accountId, region, id } = subject.resource
        expect(found.map(finding => finding.id)).toEqual(
          rulesOf(found).map(rule => `${rule}/${accountId}/${region}/${id}`),
        )
        expect(new Set(found.map(finding => finding.id)).size).toBe(found.length)
      }),
    )
  })

  test('omits what passed, unless everything is asked for', () => {
    fc.assert(
      fc.property(subjects, subject => {
        const all = findings(subject, WORLD, { all: true })
        expect(all.filter(({ status }) => status !== 'PASSED')).toEqual(findings(subject))
        for (const finding of all) if (finding.status === 'PASSED') expect(finding.reasons).toEqual([])
      }),
    )
    const compliant = instanceSubject({ virtualizationType: 'hvm', enaSupport: true, instanceType: 't3.micro' })
    expect(findings(compliant)).toEqual([])
    expect(findings(compliant, WORLD, { all: true })[0]?.message).toBe('i-0123456789abcdef0 passes.')
    expect(rulesOf(findings(compliant, WORLD, { all: true }))).toEqual([
      'paravirtual-instance',
      'incompatible-image',
      'instance-family',
      'xen-hypervisor',
      'ena-disabled',
    ])
  })

  test('asks each rule only about the kind of subject that its events bring', () => {
    const asked = (subject: Subject) => rulesOf(findings(subject, WORLD, { all: true }))
    expect(asked(imageSubject())).toEqual(['paravirtual-image', 'incompatible-image'])
    expect(asked(refusedLaunch())).toEqual(['incompatible-launch'])
  })

  test.each(RULES.map(({ id }) => id))('gives nothing for %s if it is off', id => {
    const world = under(`rules: { ${id}: { mode: off } }`)
    fc.assert(
      fc.property(subjects, subject => {
        expect(rulesOf(findings(subject, world, { all: true }))).not.toContain(id)
      }),
      { numRuns: 30 },
    )
  })

  test('takes severity and options from the policy', () => {
    const world = under('rules: { paravirtual-instance: { severity: CRITICAL }, instance-family: { deny: [m1] } }')
    const found = findings(instanceSubject(), world)
    expect(found[0]).toMatchObject({ rule: 'paravirtual-instance', severity: 'CRITICAL' })
    expect(rulesOf(found)).toContain('instance-family')
  })
})

describe('an exemption', () => {
  const exempt = (subject: Subject, world = under(EXEMPT)) =>
    findings(subject, world).find(({ rule }) => rule === 'paravirtual-instance')

  test('suppresses its finding, which says who answers for it and until when', () => {
    expect(exempt(instanceSubject())).toMatchObject({
      status: 'FAILED',
      workflow: 'SUPPRESSED',
      exemption: { reason: 'billing host', owner: 'a@example.com', expires: '2027-01-31' },
      action: { decision: 'alert-only', reason: 'exempt by the policy' },
    })
  })

  test('says which part of its match a launcher can write', () => {
    expect(exempt(instanceSubject())?.exemption?.writtenBy).toEqual({ instanceType: 'launcher' })
    const world = under(EXEMPT.replace('instanceType: "m1.*"', 'instanceId: "i-*"'))
    expect(exempt(instanceSubject(), world)?.exemption).toStrictEqual({
      reason: 'billing host',
      owner: 'a@example.com',
      expires: '2027-01-31',
    })
  })

  test('leaves the findings of other rules as they are', () => {
    const others = findings(instanceSubject(), under(EXEMPT)).filter(({ rule }) => rule !== 'paravirtual-instance')
    expect(others.length).toBeGreaterThan(0)
    for (const finding of others) expect(finding).toMatchObject({ workflow: 'NEW' })
    for (const finding of others) expect(finding).not.toHaveProperty('exemption')
  })

  test('suppresses nothing if it may cover the finding, and nothing is stopped either', () => {
    const finding = exempt(instanceSubject({}, ['instanceType']))
    expect(finding).toMatchObject({ workflow: 'NEW', action: { decision: 'refuse' } })
    expect(finding).not.toHaveProperty('exemption')
  })

  test('suppresses nothing after it has ended', () => {
    const world = { ...under(EXEMPT), now: new Date('2027-02-01T00:00:00Z') }
    expect(exempt(instanceSubject(), world)).toMatchObject({ workflow: 'NEW', action: { decision: 'would-stop' } })
  })

  test('suppresses exactly the findings with the workflow SUPPRESSED, whatever the subject', () => {
    const world = under(EXEMPT.replace('paravirtual-instance', '"*"'))
    fc.assert(
      fc.property(subjects, subject => {
        for (const finding of findings(subject, world, { all: true }))
          expect(finding.workflow === 'SUPPRESSED').toBe(finding.exemption !== undefined)
      }),
    )
  })
})

describe('the reads of EC2 that are worth it', () => {
  const wanted = (subject: Subject, world = WORLD) =>
    listWantedFacts(evaluateRules(subject, world)).map(({ of, fact }) => `${of} ${fact}`)

  test('are none for a launch whose record has enough', () => {
    expect(wanted(instanceSubject({ virtualizationType: 'hvm', enaSupport: true, instanceType: 't3.micro' }))).toEqual(
      [],
    )
    expect(wanted(instanceSubject())).toEqual([])
  })

  test('are what a rule misses, about the resource for which it misses it', () => {
    expect(wanted(instanceSubject({}, ['virtualizationType']))).toEqual([
      'instance virtualizationType',
      'image virtualizationType',
    ])
  })

  test('are what would add to a failure', () => {
    expect(wanted(refusedLaunch())).toEqual(['image virtualizationType'])
  })

  test('are none for a rule that is off', () => {
    const off = RULES.map(({ id }) => `${id}: { mode: off }`).join(', ')
    expect(wanted(instanceSubject({}, ['virtualizationType', 'instanceType']), under(`rules: { ${off} }`))).toEqual([])
  })
})
