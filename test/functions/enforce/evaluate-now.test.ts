import { describe, expect, test } from '@jest/globals'
import { evaluateNow } from '../../../functions/enforce/evaluate-now.ts'
import type { EnforcePorts, StopReader } from '../../../functions/enforce/ports.ts'
import { addTypes, loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { ACTOR, anImage, anInstance, PLACE } from '../../support/findings.ts'
import { watchedStops } from '../../support/stops.ts'
import { aLedger, at, deferred, ID } from '../../support/stories.ts'
import { aType } from '../../support/types.ts'

const POLICY = parsePolicy(
  'version: 1\nrules: { paravirtual-instance: { mode: enforce }, xen-hypervisor: { mode: enforce } }',
  'p',
)

const inForce = { policy: POLICY, stops: 'on' } as const

/** What is found of an instance, and what was said in the log. */
const judging = async (
  instance: InstanceFacts,
  ec2: Partial<StopReader> = {},
  types: EnforcePorts['types'] = { known: loadCatalogue, learn: () => undefined },
) => {
  const logged: string[] = []
  const ports = watchedStops({
    deployed: POLICY,
    now: () => at(900),
    types,
    log: (level, message) => void logged.push(`${level}: ${message}`),
  })
  const rows = [await deferred(aLedger())]
  const reader = { ...ports, ec2: { ...ports.ec2, ...ec2 } }
  const findings = await evaluateNow(instance, { waiting: rows[0], rows, where: PLACE, inForce, ports: reader })
  return { logged, findings, statuses: Object.fromEntries(findings.map(({ rule, status }) => [rule, status])) }
}

const RUNNING = { instanceId: ID, state: 'running' } as const

describe('an instance whose stop is due', () => {
  test('is read in its account and region, with who launched it', async () => {
    const { findings } = await judging(anInstance(RUNNING))
    expect(findings[0]).toMatchObject({ resource: { ...PLACE, id: ID }, status: 'FAILED', actor: ACTOR })
  })

  test('is evaluated by its image if EC2 does not say of it what the image says', async () => {
    const images = async (ids: readonly string[]) => ids.map(imageId => anImage({ imageId, virtualizationType: 'hvm' }))
    const { statuses } = await judging(anInstance(RUNNING, ['virtualizationType']), { images })
    expect(statuses['paravirtual-instance']).toBe('PASSED')
  })

  test('stays unknown if that image may not be read, which is logged', async () => {
    const images = () => Promise.reject(Object.assign(new Error('no'), { name: 'UnauthorizedOperation' }))
    const { statuses, logged } = await judging(anInstance(RUNNING, ['virtualizationType']), { images })
    expect(statuses['paravirtual-instance']).toBe('UNKNOWN')
    expect(logged).toEqual(['warn: no permission to read EC2: the facts from EC2 stay unknown'])
  })

  test('of a type that is newer than the catalogue is evaluated by what EC2 says of the type, which is remembered', async () => {
    let known = loadCatalogue()
    const types: EnforcePorts['types'] = {
      known: () => known,
      learn: more => {
        known = addTypes(known, more)
      },
    }
    const asked: string[] = []
    const ec2: Partial<StopReader> = {
      types: async names => {
        asked.push(...names)
        return names.map(instanceType => aType({ instanceType, hypervisor: 'xen' }))
      },
    }
    const instance = anInstance({ ...RUNNING, instanceType: 'z9.large' })
    for (const _ of [1, 2]) expect((await judging(instance, ec2, types)).statuses['xen-hypervisor']).toBe('FAILED')
    expect(asked).toEqual(['z9.large'])
  })
})

test('an instance for which no row waits for a stop any more is not evaluated, because nobody knows who launched it', async () => {
  const ports = watchedStops({
    deployed: POLICY,
    now: () => at(900),
    types: { known: loadCatalogue, learn: () => undefined },
  })
  const nothing = { waiting: undefined, rows: [], where: PLACE, inForce, ports }
  expect(await evaluateNow(anInstance(RUNNING), nothing)).toEqual([])
})
