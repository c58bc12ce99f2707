import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { complete } from '../../shared/engine/complete.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { ImageFacts, Subject } from '../../shared/facts/facts.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { incompatibleTemplate as rule } from '../../shared/rules/incompatible-template.ts'
import { anImage, imageSubject, instanceSubject, refusedLaunch } from '../support/findings.ts'
import { aGroupGiven, aLaunchConfiguration, aMixture, aTemplateCreation } from '../support/templates.ts'
import { inShort, messageOf, verdictOf } from '../support/verdicts.ts'

const template = (image: ImageFacts, instanceType?: string, open?: true): Subject & { kind: 'template' } => {
  const event = readEvent(aTemplateCreation())
  if (event.kind !== 'template') throw new Error(`not a template: ${event.kind}`)
  const [subject] = event.subjects
  if (subject === undefined) throw new Error('no subject')
  const { resource, what } = subject
  return {
    kind: 'template',
    resource,
    what,
    image,
    ...(instanceType !== undefined && { instanceType }),
    ...(open !== undefined && { open }),
  }
}

describe('incompatible-template', () => {
  test.each<[string, Subject, string]>([
    ['an image that fits', template(anImage(), 'm5.large'), 'PASSED'],
    ['an image without ENA on m5', template(anImage({ enaSupport: false }), 'm5.large'), 'ENA_REQUIRED'],
    ['an arm64 image on x86', template(anImage({ architecture: 'arm64' }), 'm5.large'), 'ARCH_UNSUPPORTED'],
    ['an image that is disabled', template(anImage({ imageState: 'disabled' }), 'm5.large'), 'IMAGE_NOT_AVAILABLE'],
    ['an image that is being made', template(anImage({ imageState: 'pending' }), 'm5.large'), '? image.imageState'],
    [
      'an image of which only the id is known',
      template({ imageId: 'ami-01' }, 'm5.large'),
      '? image.virtualizationType',
    ],
    ['an image that is chosen at the launch', template({}, 'm5.large'), '? image.imageId'],
    ['a type that the record does not have', template(anImage()), '? instance.instanceType'],
    ['a type that nobody knows', template(anImage(), 'x99.large'), '? type.virtualizationTypes'],
    ['a template that leaves the type open', template(anImage(), undefined, true), 'PASSED'],
    ['an instance', instanceSubject(), 'PASSED'],
    ['an image', imageSubject(), 'PASSED'],
    ['a refused launch', refusedLaunch(), 'PASSED'],
  ])('%s', (_, subject, expected) => {
    expect(inShort(verdictOf(rule, subject))).toBe(expected)
  })

  test.each<[string, Subject & { kind: 'template' }]>([
    ['of a template that was not read', { ...template({}), from: { template: { id: 'lt-1', version: '1' } } }],
    ['that no template of the record says', { ...template(anImage({ architecture: 'arm64' })), from: {} }],
  ])('never passes what is not known %s', (_, subject) => {
    expect(inShort(verdictOf(rule, subject))).toBe('? template.imageId')
  })

  test('says that the image is not known if a parameter chooses it', () => {
    const policy = parsePolicy('version: 1\nrules: { incompatible-template: { mode: observe } }', 'p')
    const event = { id: 'e-1', name: 'CreateLaunchTemplate', time: '2026-11-24T08:00:00Z' }
    const world = { policy, types: loadCatalogue(), now: new Date(0) }
    const [finding] = evaluate({ subject: template({}, 'm5.large'), event, actor: {} }, world)
    expect(finding?.message).toContain('the id of the image not known.')
  })

  test.each<[ImageFacts, string, object]>([
    [{ tpmSupport: 'v2.0' }, 't2.micro', { tpmSupport: 'v2.0' }],
    [{ imageState: 'disabled' }, 'm5.large', { imageState: 'disabled' }],
    [{ enaSupport: false, tpmSupport: 'unset', imageState: 'available' }, 'm5.large', {}],
  ])('has the facts of the image that decide, if it has them: %j', (image, instanceType, facts) => {
    const policy = parsePolicy('version: 1\nrules: { incompatible-template: { mode: observe } }', 'p')
    const event = { id: 'e-1', name: 'CreateLaunchTemplate', time: '2026-11-24T08:00:00Z' }
    const world = { policy, types: loadCatalogue(), now: new Date(0) }
    const [finding] = evaluate({ subject: template(anImage(image), instanceType), event, actor: {} }, world)
    const { tpmSupport, imageState } = finding?.facts ?? {}
    expect([finding?.status, JSON.parse(JSON.stringify({ tpmSupport, imageState }))]).toEqual(['FAILED', facts])
  })

  test('says which version is wrong, why, and what fits', () => {
    const message = messageOf(verdictOf(rule, template(anImage({ enaSupport: false }), 'm5.large')))
    expect(message).toMatch(
      /^Launch template web \(lt-0abc\) version 1 asks for ami-0abcdef1234567890 on m5\.large, which EC2 would refuse: the type requires ENA.* The image fits \w/,
    )
  })

  test('never passes what it would fail with more facts, nor what it cannot know', () => {
    const whole = Object.entries(anImage({ architecture: 'arm64' }))
    fc.assert(
      fc.property(fc.subarray(whole), facts => {
        const { status } = verdictOf(rule, template({ ...Object.fromEntries(facts), imageId: 'ami-01' }, 'm5.large'))
        expect(status).toBe(facts.some(([name]) => name === 'architecture') ? 'FAILED' : 'UNKNOWN')
      }),
    )
  })

  test('is off unless the policy asks for it, and then reads the image only', async () => {
    const subject = template({ imageId: 'ami-0abcdef1234567890' }, 'm5.large')
    const event = { id: 'e-1', name: 'CreateLaunchTemplate', time: '2026-11-24T08:00:00Z' }
    const world = { types: loadCatalogue(), now: new Date('2026-11-24T08:00:00Z') }
    expect(evaluate({ subject, event, actor: {} }, { ...world, policy: DEFAULT_POLICY })).toEqual([])

    const on = { mode: 'observe', severity: 'LOW', options: {} } as const
    const policy = { ...DEFAULT_POLICY, rules: { ...DEFAULT_POLICY.rules, 'incompatible-template': on } }
    const asked: unknown[] = []
    const ec2 = {
      instances: () => Promise.reject(new Error('unexpected')),
      types: () => Promise.reject(new Error('unexpected')),
      images: async (ids: readonly string[]) => {
        asked.push(ids)
        return { ok: true, facts: [anImage({ enaSupport: false })] } as const
      },
    }
    const types = { known: () => world.types, learn: () => undefined }
    const [known = subject] = await complete([subject], ec2, { policy, types, log: () => undefined })
    expect(asked).toEqual([['ami-0abcdef1234567890']])
    expect(evaluate({ subject: known, event, actor: {} }, { ...world, policy })).toMatchObject([
      {
        rule: 'incompatible-template',
        status: 'FAILED',
        reasons: ['ENA_REQUIRED'],
        action: { decision: 'alert-only' },
      },
    ])
  })

  test.each([
    ['launch template', aTemplateCreation(), /^Make another version with /],
    ['launch configuration', aLaunchConfiguration(), /^Make another launch configuration .*nobody can change a /],
    ['Auto Scaling group', aGroupGiven(aMixture()), /^Give the group a launch template or an override /],
  ])('says what can be done to a %s', (_, json, words) => {
    const event = readEvent(json)
    if (event.kind !== 'template' || event.subjects[0] === undefined) throw new Error(`not a template: ${event.kind}`)
    const { resource, what } = event.subjects[0]
    const subject: Subject = {
      kind: 'template',
      resource,
      what,
      image: anImage({ enaSupport: false }),
      instanceType: 'm5.large',
    }
    const policy = parsePolicy('version: 1\nrules: { incompatible-template: { mode: observe } }', 'p')
    const question = { subject, event: event.event, actor: event.actor }
    const [finding] = evaluate(question, { policy, types: loadCatalogue(), now: new Date(0) })
    expect(finding?.remediation).toMatch(words)
    expect(finding?.title).not.toContain('template')
  })
})
