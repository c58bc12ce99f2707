import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Actor, InstanceFacts, Resource, Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { type ExemptionQuestion, findExemption, listExpiredExemptions } from '../../shared/policy/exempt.ts'
import { parsePolicyFor } from '../../shared/policy/load.ts'
import type { Exemption, Match } from '../../shared/policy/policy.ts'
import { instanceSubject } from '../support/findings.ts'
import { aGroupGiven, aMixture } from '../support/templates.ts'
import { TEST_RULES } from './cases.ts'

const NOW = new Date('2026-11-24T08:00:00Z')

const resource = (type: Resource['type'], id: string): Resource => ({
  type,
  id,
  arn: `arn:aws:ec2:eu-central-1:123456789012:x/${id}`,
  accountId: '123456789012',
  region: 'eu-central-1',
})

const KNOWN: InstanceFacts = {
  instanceId: 'i-0123456789abcdef0',
  imageId: 'ami-0123456789abcdef0',
  instanceType: 'm1.small',
  tags: { team: 'billing', empty: '' },
}

const instance = (facts: InstanceFacts = KNOWN): Subject => ({
  kind: 'instance',
  resource: resource('AwsEc2Instance', KNOWN.instanceId ?? ''),
  instance: facts,
})

const image: Subject = {
  kind: 'image',
  resource: resource('AwsEc2Image', 'ami-0123456789abcdef0'),
  image: { imageId: 'ami-0123456789abcdef0' },
}

const refused: Subject = {
  kind: 'refused-launch',
  resource: resource('AwsEc2LaunchRequest', '11111111-2222-3333-4444-555555555555'),
  refusal: { reason: 'ENA_REQUIRED', message: 'no' },
  instanceType: 'm5.large',
  image: { imageId: 'ami-0123456789abcdef0' },
}

const template = (type: Resource['type'], more: object = {}): Subject => ({
  kind: 'template',
  resource: resource(type, 'x'),
  what: 'x',
  image: {},
  ...more,
})

const exemption = (match: Match, more: Partial<Exemption> = {}): Exemption => ({
  rule: '*',
  match,
  reason: 'r',
  owner: 'o',
  expires: '2027-01-31',
  ...more,
})

const without = (key: keyof InstanceFacts): Subject => {
  const { [key]: _, ...rest } = KNOWN
  return instance(rest)
}

const ask = (subject: Subject, match: Match, actor?: Actor): string => {
  const question = actor === undefined ? { rule: 'a', subject } : { rule: 'a', subject, actor }
  return findExemption(question, [exemption(match)], NOW).kind
}

describe('an exemption', () => {
  test.each<[Match, string]>([
    [{ accountId: '123456789012' }, 'exempt'],
    [{ accountId: '1234*' }, 'exempt'],
    [{ accountId: '999999999999' }, 'none'],
    [{ region: 'eu-*' }, 'exempt'],
    [{ region: 'us-*' }, 'none'],
    [{ instanceId: 'i-0123456789abcdef?' }, 'exempt'],
    [{ imageId: 'ami-0123456789abcdef0' }, 'exempt'],
    [{ instanceType: 'm1.*' }, 'exempt'],
    [{ instanceType: 'M1.*' }, 'none'],
    [{ instanceType: 'm1' }, 'none'],
    [{ tags: { team: 'bill*' } }, 'exempt'],
    [{ tags: { team: 'billing', empty: '' } }, 'exempt'],
    [{ tags: { team: '' } }, 'none'],
    [{ tags: { team: 'billing', other: '*' } }, 'none'],
    [{ tags: { constructor: '*' } }, 'none'],
    [{ accountId: '123456789012', instanceType: 'm3.*' }, 'none'],
    [{}, 'none'],
    [{ tags: {} }, 'none'],
  ])('that matches %j answers %s for a known instance', (match, expected) => {
    expect(ask(instance(), match)).toBe(expected)
  })

  test('of one rule is no exemption from another', () => {
    const list = [exemption({ region: '*' }, { rule: 'b' })]
    expect(findExemption({ rule: 'a', subject: instance() }, list, NOW)).toEqual({ kind: 'none' })
    expect(findExemption({ rule: 'b', subject: instance() }, list, NOW)).toMatchObject({
      kind: 'exempt',
      exemption: list[0],
    })
  })

  test.each(['instanceId', 'imageId', 'instanceType'] as const)('on an unknown %s is undecided, even for *', key => {
    expect(ask(without(key), { [key]: '*' })).toBe('undecided')
    expect(ask(without(key), { [key]: '*', region: 'us-*' })).toBe('none')
  })

  test('on tags that are not known is undecided', () => {
    expect(ask(without('tags'), { tags: { team: 'billing' } })).toBe('undecided')
  })

  test.each<[string, Actor | undefined, InstanceFacts['tags'], string]>([
    ['the caller names it', { autoScalingGroup: 'legacy-1' }, undefined, 'exempt'],
    ['the tag names it', undefined, { 'aws:autoscaling:groupName': 'legacy-1' }, 'exempt'],
    ['it is another one', { autoScalingGroup: 'web' }, undefined, 'none'],
    ['the tags are known and have none', undefined, {}, 'none'],
    ['the tags are not known', undefined, undefined, 'undecided'],
    ['Auto Scaling launched it and did not say for which', { via: 'autoscaling.amazonaws.com' }, {}, 'undecided'],
    ['a fleet launched it and did not say for which', { via: 'ec2fleet.amazonaws.com' }, {}, 'undecided'],
    ['another service launched it', { via: 'cloudformation.amazonaws.com' }, {}, 'none'],
  ])('on an Auto Scaling group, when %s', (_, actor, tags, expected) => {
    const { tags: __, ...rest } = KNOWN
    expect(ask(instance(tags === undefined ? rest : { ...rest, tags }), { autoScalingGroup: 'legacy-*' }, actor)).toBe(
      expected,
    )
  })

  test.each<[Match, string, string]>([
    [{ imageId: 'ami-*' }, 'exempt', 'exempt'],
    [{ accountId: '123456789012' }, 'exempt', 'exempt'],
    [{ instanceType: 'm5.*' }, 'none', 'exempt'],
    [{ instanceId: '*' }, 'none', 'none'],
    [{ autoScalingGroup: '*' }, 'none', 'undecided'],
    [{ address: '*' }, 'none', 'none'],
    [{ tags: { team: '*' } }, 'undecided', 'undecided'],
  ])('that matches %j answers %s for an image and %s for a refused launch', (match, ofImage, ofLaunch) => {
    expect(ask(image, match)).toBe(ofImage)
    expect(ask(refused, match)).toBe(ofLaunch)
  })

  test.each([
    ['2027-01-30T12:00:00Z', 'exempt'],
    ['2027-01-31T00:00:00Z', 'exempt'],
    ['2027-01-31T23:59:59.999Z', 'exempt'],
    ['2027-02-01T00:00:00Z', 'none'],
    ['+010000-01-01T00:00:00Z', 'none'],
    ['nonsense', 'none'],
  ])('until 2027-01-31 applies through that day in UTC: at %s it is %s', (now, expected) => {
    const question = { rule: 'a', subject: instance() }
    expect(findExemption(question, [exemption({ region: '*' })], new Date(now)).kind).toBe(expected)
  })

  test('that covers for certain goes before one that may, and the first of each counts', () => {
    const may = exemption({ instanceType: '*' }, { owner: 'may' })
    const sure = exemption({ region: '*' }, { owner: 'sure' })
    const question = { rule: 'a', subject: without('instanceType') }
    expect(findExemption(question, [may, sure, exemption({ region: '*' })], NOW)).toMatchObject({
      kind: 'exempt',
      exemption: sure,
    })
    expect(findExemption(question, [may, exemption({ instanceType: 'm1.*' })], NOW)).toEqual({
      kind: 'undecided',
      exemption: may,
    })
  })

  test('that has expired can be warned about', () => {
    const entry = (expires: string) =>
      `\n  - { rule: "*", match: { region: x }, reason: r, owner: o, expires: ${expires} }`
    const text = `version: 1\nexemptions:${entry('2026-11-23')}${entry('2026-11-24')}`
    const expired = listExpiredExemptions(parsePolicyFor(TEST_RULES, text, 'p.yaml').policy, NOW)
    expect(expired.map(({ expires }) => expires)).toEqual(['2026-11-23'])
  })
})

describe('any exemptions and any subject', () => {
  const RANK = { none: 0, undecided: 1, exempt: 2 } as const
  const word = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 2 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 3 })
  const tagKey = fc.constantFrom('k', 'l')
  const match: fc.Arbitrary<Match> = fc.record(
    {
      accountId: pattern,
      region: pattern,
      instanceId: pattern,
      imageId: pattern,
      instanceType: pattern,
      autoScalingGroup: pattern,
      tags: fc.dictionary(tagKey, pattern, { minKeys: 1 }),
    },
    { requiredKeys: [] },
  )
  const expires = fc.constantFrom('2026-11-22', '2026-11-23', '2026-11-24', '2027-01-31')
  const exemptions = fc.array(
    fc.record({ rule: fc.constantFrom('*', 'a', 'b'), match, reason: word, owner: word, expires }),
    { maxLength: 4 },
  )
  const facts = fc.record(
    { instanceId: word, imageId: word, instanceType: word, tags: fc.dictionary(tagKey, word) },
    { requiredKeys: [] },
  )
  const actor: fc.Arbitrary<Actor> = fc.record(
    { autoScalingGroup: word, via: fc.constantFrom('autoscaling.amazonaws.com', 'x') },
    { requiredKeys: [] },
  )
  const question: fc.Arbitrary<ExemptionQuestion> = fc.record({
    rule: fc.constantFrom('a', 'b'),
    subject: fc.record({
      kind: fc.constant('instance' as const),
      resource: fc.record({
        type: fc.constant('AwsEc2Instance' as const),
        id: word,
        arn: word,
        accountId: word,
        region: word,
      }),
      instance: facts,
    }),
    actor,
  })
  const now = fc.date({ min: new Date('2026-11-20'), max: new Date('2026-11-27'), noInvalidDate: true })

  test('suppress no more if an exemption is removed', () => {
    fc.assert(
      fc.property(question, exemptions, fc.nat(3), now, (asked, list, gone, at) => {
        const fewer = list.filter((_, index) => index !== gone)
        expect(RANK[findExemption(asked, fewer, at).kind]).toBeLessThanOrEqual(
          RANK[findExemption(asked, list, at).kind],
        )
      }),
    )
  })

  test('match no more if a key is added to a match', () => {
    const nonEmpty = match.filter(keys => Object.keys(keys).length > 0)
    fc.assert(
      fc.property(question, nonEmpty, match, (asked, narrow, more) => {
        const wide = findExemption(asked, [exemption(narrow)], NOW).kind
        const narrower = findExemption(asked, [exemption({ ...more, ...narrow })], NOW).kind
        expect(RANK[narrower]).toBeLessThanOrEqual(RANK[wide])
      }),
    )
  })

  test('do not include an exemption again at a later time', () => {
    fc.assert(
      fc.property(question, exemptions, now, fc.nat(5 * 86_400_000), (asked, list, at, later) => {
        const then = findExemption(asked, list, new Date(at.getTime() + later)).kind
        expect(RANK[then]).toBeLessThanOrEqual(RANK[findExemption(asked, list, at).kind])
      }),
    )
  })

  test('do not make an exemption certain or impossible if a fact is forgotten', () => {
    const key = fc.constantFrom('instanceId', 'imageId', 'instanceType', 'tags') as fc.Arbitrary<keyof InstanceFacts>
    fc.assert(
      fc.property(question, exemptions, key, (asked, list, forgotten) => {
        if (asked.subject.kind !== 'instance') return
        const { [forgotten]: _, ...rest } = asked.subject.instance
        const before = findExemption(asked, list, NOW).kind
        const after = findExemption({ ...asked, subject: { ...asked.subject, instance: rest } }, list, NOW).kind
        if (before !== 'exempt') expect(after).not.toBe('exempt')
        if (before !== 'none') expect(after).not.toBe('none')
      }),
      { numRuns: 500 },
    )
  })
})

describe('the coverage of an exemption', () => {
  const covered = instanceSubject({
    tags: {
      team: 'a',
      'aws:cloudformation:stack-name': 'shop',
      'aws:ec2:fleet-id': 'f-1',
      'aws:autoscaling:groupName': 'legacy',
    },
  })
  const writtenBy = (match: Match) => {
    const list = [{ rule: '*', match, reason: 'moves', owner: 'a@example.com', expires: '2027-01-31' }]
    const answer = findExemption({ rule: 'xen-hypervisor', subject: covered }, list, NOW)
    return answer.kind === 'exempt' ? answer.writtenBy : answer.kind
  }

  test.each<[Match, unknown]>([
    [{ accountId: '123456789012', instanceId: 'i-*' }, undefined],
    [{ imageId: 'ami-*' }, { imageId: 'launcher' }],
    [
      { region: 'us-*', instanceType: 'm1.*' },
      { region: 'launcher', instanceType: 'launcher' },
    ],
    [{ tags: { team: 'a' } }, { tags: 'tagger' }],
    [{ tags: { team: 'a', 'aws:cloudformation:stack-name': 'shop' } }, { tags: 'tagger' }],
    [{ tags: { 'aws:cloudformation:stack-name': 'shop' } }, { tags: 'creator' }],
    [{ tags: { 'aws:ec2:fleet-id': 'f-1' } }, undefined],
    [{ accountId: '123456789012', autoScalingGroup: 'legacy' }, { autoScalingGroup: 'creator' }],
  ])('by %j says who besides AWS can have it match', (match, expected) => {
    expect(writtenBy(match)).toEqual(expected)
  })
})

describe('an exemption by Auto Scaling group', () => {
  const match = { accountId: '123456789012', autoScalingGroup: 'legacy-*' }
  const kindOf = (subject: Subject) => findExemption({ rule: 'r', subject }, [exemption(match)], NOW)

  test.each<[string, Subject, string]>([
    ['covers a group that is made', template('AwsAutoScalingAutoScalingGroup', { group: 'legacy-1' }), 'exempt'],
    ['does not cover another one', template('AwsAutoScalingAutoScalingGroup', { group: 'web' }), 'none'],
    ['is undecided without the name', template('AwsAutoScalingAutoScalingGroup'), 'undecided'],
    ['does not cover a launch template', template('AwsEc2LaunchTemplate'), 'none'],
    ['does not cover a launch configuration', template('AwsAutoScalingLaunchConfiguration'), 'none'],
  ])('%s', (_, subject, kind) => {
    expect(kindOf(subject).kind).toBe(kind)
  })

  test.each(['CreateAutoScalingGroup', 'UpdateAutoScalingGroup'])('covers each override of %s', call => {
    const event = readEvent(aGroupGiven({ autoScalingGroupName: 'legacy-1', ...aMixture() }, call))
    if (event.kind !== 'template') throw new Error(`not a group: ${event.kind}`)
    const anywhere = [exemption({ autoScalingGroup: 'legacy-1' })]
    const kinds = event.subjects.map(subject => findExemption({ rule: 'r', subject }, anywhere, NOW).kind)
    expect(kinds).toEqual(['exempt', 'exempt'])
  })

  test('says that its author chose the type, not a launcher', () => {
    const subject = template('AwsAutoScalingAutoScalingGroup', { group: 'legacy-1', instanceType: 'm1.small' })
    const answer = findExemption({ rule: 'r', subject }, [exemption({ instanceType: 'm1.*' })], NOW)
    expect(answer).toMatchObject({ kind: 'exempt', writtenBy: { instanceType: 'author' } })
  })

  test('says that the creator of the group has written its name', () => {
    const answer = kindOf(template('AwsAutoScalingAutoScalingGroup', { group: 'legacy-1' }))
    expect(answer).toMatchObject({ kind: 'exempt', writtenBy: { autoScalingGroup: 'creator' } })
  })
})
