import { describe, expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { complete, type FactReader } from '../../shared/engine/complete.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { LaunchRef, Subject, TemplateFacts } from '../../shared/facts/facts.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { ACTOR, anImage, EVENT, NOW, PLACE } from '../support/findings.ts'

type Template = Subject & { readonly kind: 'template' }

const AMI = 'ami-0abcdef1234567890'
const REF: LaunchRef = { id: 'lt-0abc', version: '4' }
const types = loadCatalogue()
const policy = parsePolicy('version: 1\nrules: { incompatible-template: { mode: observe } }\n', 'p')

const aGroup = (own: Partial<Template> = {}): Template => ({
  kind: 'template',
  resource: {
    ...PLACE,
    type: 'AwsAutoScalingAutoScalingGroup',
    id: 'web',
    arn: 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/web',
  },
  what: 'Auto Scaling group web',
  image: {},
  from: { template: REF },
  ...own,
})

/** The group once its template was asked for, with what EC2 was asked and what is found. */
const completeGroup = async (group: Template, answer: Omit<TemplateFacts, 'ref'> | 'none' | 'failed' | 'no reader') => {
  const asked: (readonly LaunchRef[])[] = []
  const ec2: FactReader = {
    instances: async () => ({ ok: true, facts: [] }),
    images: async ids => ({ ok: true, facts: ids.map(imageId => anImage({ imageId })) }),
    types: async () => ({ ok: true, facts: [] }),
    ...(answer !== 'no reader' && {
      templates: async refs => {
        asked.push(refs)
        if (answer === 'failed') return { ok: false, why: 'UnauthorizedOperation' }
        return { ok: true, facts: answer === 'none' ? [] : refs.map(ref => ({ ref, ...answer })) }
      },
    }),
  }
  const knowledge = { policy, types: { known: () => types, learn: () => {} }, log: () => {} }
  const [subject] = await complete([group], ec2, knowledge)
  if (subject?.kind !== 'template') throw new Error('no template')
  const findings = evaluate({ subject, event: EVENT, actor: ACTOR }, { policy, types, now: NOW })
  return { asked, subject, finding: findings.find(({ rule }) => rule === 'incompatible-template') }
}

describe('what a group takes from its template', () => {
  test('is asked for once, and fills what the group does not name', async () => {
    const { asked, subject } = await completeGroup(aGroup(), { imageId: AMI, instanceType: 'm5.large' })
    expect(asked).toEqual([[REF]])
    expect(subject).toMatchObject({ image: { imageId: AMI }, instanceType: 'm5.large' })
    expect(subject).not.toHaveProperty('from')
    expect(subject).not.toHaveProperty('open')
  })

  test('does not replace what the group names itself', async () => {
    const own = aGroup({ instanceType: 'c7g.large', image: { imageId: 'ami-0own' } })
    const { subject } = await completeGroup(own, { imageId: AMI, instanceType: 'm5.large' })
    expect(subject).toMatchObject({ image: { imageId: 'ami-0own' }, instanceType: 'c7g.large' })
  })

  test.each([
    ['the image', { imageId: 'unset', instanceType: 'm5.large' }, { image: {}, instanceType: 'm5.large' }],
    ['the type', { imageId: AMI, instanceType: 'unset' }, { image: { imageId: AMI } }],
  ] as const)('may leave %s to the launch, so that there is no pair to evaluate', async (_, answer, known) => {
    const { subject, finding } = await completeGroup(aGroup(), answer)
    expect(subject).toMatchObject({ ...known, open: true })
    expect(Object.values(subject.image)).not.toContain('unset')
    expect(subject.instanceType).not.toBe('unset')
    expect(finding?.status ?? 'PASSED').toBe('PASSED')
  })

  test.each([
    ['the image', { instanceType: 'm5.large' }, 'imageId'],
    ['the type', { imageId: AMI }, 'instanceType'],
  ] as const)('may not say %s: the key is absent then, and the answer UNKNOWN', async (_, answer, missing) => {
    const { subject, finding } = await completeGroup(aGroup(), answer)
    expect(missing === 'imageId' ? subject.image : subject).not.toHaveProperty(missing)
    expect(finding?.status).toBe('UNKNOWN')
  })

  test.each(['none', 'failed', 'no reader'] as const)('is not known if the answer is: %s', async answer => {
    const { subject, finding } = await completeGroup(aGroup(), answer)
    expect(subject).toEqual(aGroup())
    expect(finding).toMatchObject({ status: 'UNKNOWN' })
    expect(finding?.message).toBe(
      'Cannot say for Auto Scaling group web: what its launch template says is not known. It may be deleted, or could not be read here. To see it: virtguard scan --templates.',
    )
  })

  test('is not asked for where the record does not name a template', async () => {
    const { asked, finding } = await completeGroup(aGroup({ from: {} }), { imageId: AMI, instanceType: 'm5.large' })
    expect(asked.flat()).toEqual([])
    expect(finding?.status).toBe('UNKNOWN')
  })
})
