import { expect, test } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { complete, type FactReader } from '../../shared/engine/complete.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import { createSubjects } from '../../shared/engine/subjects.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { aLargeLaunch, aLaunchRequest, fromTemplate } from '../support/builders.ts'
import { ACTOR, anImage, anInstance, EVENT, NOW } from '../support/findings.ts'

const ID = 'i-0123456789abcdef0'
const POLICY = parsePolicy('version: 1\nrules:\n  paravirtual-instance: { mode: enforce }\n', 'p')
const types = loadCatalogue()

/** A launch of a paravirtual instance by a template, whose record has no response; EC2 says what it is. */
const decideOn = async (tags: Readonly<Record<string, string>>) => {
  const request = aLaunchRequest({ more: fromTemplate('lt-0abc', '4') })
  const subjects = createSubjects(readEvent(aLargeLaunch([ID], { request })))
  const read = anInstance({ instanceId: ID, virtualizationType: 'paravirtual', instanceType: 't1.micro', tags })
  const ec2: FactReader = {
    instances: async () => ({ ok: true, facts: [{ ...read, lifecycle: 'on-demand' }] }),
    images: async () => ({ ok: true, facts: [anImage()] }),
    types: async () => ({ ok: true, facts: [] }),
  }
  const knowledge = { policy: POLICY, types: { known: () => types, learn: () => {} }, log: () => {} }
  const [subject] = await complete(subjects, ec2, knowledge)
  if (subject?.kind !== 'instance') throw new Error('no instance')
  const found = evaluate({ subject, event: EVENT, actor: ACTOR }, { policy: POLICY, types, now: NOW, canStop: true })
  return { subject, action: found.find(({ rule }) => rule === 'paravirtual-instance')?.action }
}

test.each([
  ['aws:autoscaling:groupName', 'web', 'AUTO_SCALING_GROUP'],
  ['kubernetes.io/cluster/prod', 'owned', 'KUBERNETES_CLUSTER'],
  ['karpenter.sh/nodepool', 'default', 'KUBERNETES_CLUSTER'],
])(
  'an instance that EC2 says is owned (%s) is promised no stop, whatever tags its request names',
  async (tag, value, owner) => {
    const { action } = await decideOn({ [tag]: value })
    expect(action).toMatchObject({ decision: 'refuse', code: 'OWNED', args: { owner } })
  },
)

test('an instance that nobody owns is promised a stop', async () => {
  const { action } = await decideOn({ team: 'web' })
  expect(action?.decision).toBe('defer')
})

test('the tags of EC2 win, and those of the request stay', async () => {
  const { subject } = await decideOn({ team: 'web' })
  expect({ ...subject.instance.tags }).toEqual({ Name: 'web', team: 'web' })
  const { subject: renamed } = await decideOn({ Name: 'api' })
  expect({ ...renamed.instance.tags }).toEqual({ Name: 'api' })
})
