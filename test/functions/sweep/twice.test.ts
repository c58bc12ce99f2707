import { describe, expect, jest, test } from '@jest/globals'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { PLACE } from '../../support/findings.ts'
import { aPvMachine, aSweepWorld, countAlerts, idOf, type Options, type SweepWorld } from './world.ts'

jest.setTimeout(120_000)

const PV = 'paravirtual-instance'
const RULES = `rules: { ${PV}: { mode: enforce }, xen-hypervisor: { mode: off }, incompatible-image: { mode: off }, ena-disabled: { mode: off } }`
const POLICY = parsePolicy(`version: 1\n${RULES}\nstop: { grace: 15m }`, 'p')
const exempting = (expires: string) =>
  parsePolicy(
    `version: 1\n${RULES}
exemptions: [{ rule: ${PV}, match: { instanceType: "m1.*" }, reason: old, owner: o@example.com, expires: ${expires} }]`,
    'p',
  )

const DAY = 86_400

/** Each message is delivered twice at the same moment, and the two take turns at each call. */
const aWorld = (options: Partial<Options> = {}) =>
  aSweepWorld({
    machines: [aPvMachine(0), aPvMachine(1)],
    policy: POLICY,
    canStop: true,
    twice: true,
    between: () => new Promise(resolve => setImmediate(resolve)),
    ...options,
  })

const sweep = async (world: SweepWorld, later = DAY): Promise<void> => {
  world.pass(later)
  world.start()
  await world.run()
}

const once = (ids: readonly number[]) => new Map(ids.map(id => [`${idOf(id)} ${PV}`, 1]))

const refused = async (): Promise<SweepWorld> => {
  const world = aWorld()
  await sweep(world, 0)
  world.refuse({ code: 'STOPS_DISABLED', args: { graceSeconds: 900 } })
  world.alerts.length = 0
  return world
}

const chosen = JSON.stringify({
  kind: 'promise',
  ...PLACE,
  findings: [0, 1].map(index => ({ resourceId: idOf(index), rule: PV })),
})

describe('a message of the sweep that SQS delivers twice at the same moment', () => {
  test('alerts what it finds once', async () => {
    const world = aWorld()
    await sweep(world, 0)
    expect(countAlerts(world, 'finding')).toEqual(once([0, 1]))
    expect(world.rows().map(({ state }) => state)).toEqual(['ALERTED', 'ALERTED'])
  })

  test('alerts what was deleted once', async () => {
    const world = aWorld()
    await sweep(world, 0)
    world.machines.clear()
    await sweep(world)
    expect(countAlerts(world, 'outcome')).toEqual(once([0, 1]))
    expect(world.rows().filter(({ untold: pending }) => pending !== undefined)).toEqual([])
  })

  test('alerts the stop promised by hand once', async () => {
    const world = await refused()
    world.send(chosen)
    await world.run()
    expect(countAlerts(world, 'finding')).toEqual(once([0, 1]))
    expect(world.scheduled.size).toBe(2)
  })

  test('alerts the end of an exemption once', async () => {
    const world = aWorld({ policy: exempting('2026-11-28') })
    await sweep(world, 0)
    await sweep(world)
    expect(world.alerts.map(({ kind }) => kind)).toEqual(['notice'])
  })

  test.each([
    ['what is found', 'finding', async () => aWorld(), (world: SweepWorld) => world.start()],
    ['what is promised', 'finding', refused, (world: SweepWorld) => world.send(chosen)],
    [
      'what was deleted',
      'outcome',
      async () => {
        const world = aWorld()
        await sweep(world, 0)
        world.machines.clear()
        world.pass(DAY)
        return world
      },
      (world: SweepWorld) => world.start(),
    ],
  ] as const)(
    'alerts %s once, whichever call is the last of one of the two deliveries',
    async (_, kind, before, begin) => {
      for (let last = 0; last < 30; last += 1) {
        const world = await before()
        world.dieAfter([last])
        begin(world)
        await world.run()
        const alerted = countAlerts(world, kind)
        expect([last, [...alerted.keys()].toSorted()]).toEqual([last, [...once([0, 1]).keys()]])
      }
    },
  )
})
