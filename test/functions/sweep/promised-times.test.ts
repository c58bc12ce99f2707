import { describe, expect, jest, test } from '@jest/globals'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { aWorld, DAY, EXISTING, PV, policy, promise, stateOf, sweep } from './promising.ts'
import { aPvMachine, idOf, type SweepWorld } from './world.ts'

jest.setTimeout(120_000)

const TWO = policy('grace: 15m, budget: { stops: 2, per: 10m }')
const some = (count: number) => Array.from({ length: count }, (_, index) => aPvMachine(index))

/** The time of each stop that an alert announced, in minutes from the first. */
const minutesOf = ({ alerts }: SweepWorld): readonly number[] => {
  const times = alerts.flatMap(({ stops = [] }) => stops.flatMap(({ at, resources }) => resources.map(() => at)))
  const first = Math.min(...times.map(Date.parse))
  return times.map(time => (Date.parse(time) - first) / 60_000).toSorted((a, b) => a - b)
}

const alerted = async (count: number, more: Parameters<typeof aWorld>[0] = {}): Promise<SweepWorld> => {
  const world = aWorld({ machines: some(count), policy: TWO, ...more })
  await sweep(world, 0)
  world.pass(DAY)
  return world
}

describe('stops that several messages promise', () => {
  test('have times that fit the budget together', async () => {
    const world = await alerted(6)
    for (const ids of [
      [0, 1],
      [2, 3],
      [4, 5],
    ])
      world.send(promise({}, ids.map(idOf)))
    await world.run()
    expect(minutesOf(world)).toEqual([0, 0, 13, 13, 26, 26])
  })

  test('fit it too if SQS delivers each message twice', async () => {
    const world = await alerted(4, { twice: true })
    for (const ids of [
      [0, 1],
      [2, 3],
    ])
      world.send(promise({}, ids.map(idOf)))
    await world.run()
    const minutes = minutesOf(world)
    expect(minutes).toHaveLength(4)
    for (const start of minutes)
      expect(minutes.filter(minute => minute >= start && minute < start + 13).length).toBeLessThanOrEqual(2)
  })

  test('count those that a sweep promised, under the policy that is in force by now', async () => {
    const world = aWorld({ machines: some(3), policy: EXISTING })
    await sweep(world, 0)
    world.machines.set(idOf(3), aPvMachine(3))
    world.apply(policy('grace: 15m, existing: true, budget: { stops: 3, per: 10m }'))
    await sweep(world, 0)
    expect(minutesOf(world)).toEqual([0, 0, 0, expect.any(Number)])
    expect(minutesOf(world)[3]).toBeGreaterThanOrEqual(13)
  })
})

test('stops of one instance for two rules have one time, and take one place', async () => {
  const OTHERS = 'xen-hypervisor: { mode: off }, incompatible-image: { mode: off }, ena-disabled: { mode: off }'
  const both = parsePolicy(
    `version: 1
rules: { ${PV}: { mode: enforce }, instance-family: { mode: enforce, deny: ["m1.*"] }, ${OTHERS} }
stop: { grace: 15m, budget: { stops: 1, per: 10m } }`,
    'p',
  )
  const world = await alerted(2, { policy: both })
  const findings = [0, 1].flatMap(index => [PV, 'instance-family'].map(rule => ({ resourceId: idOf(index), rule })))
  world.send(promise({ findings }))
  await world.run()
  expect(minutesOf(world)).toEqual([0, 13])
})

describe('a message that promises stops and comes again', () => {
  const ALL = Array.from({ length: 8 }, (_, index) => index)
  const timesOf = (world: SweepWorld): readonly string[] =>
    ALL.flatMap(index => {
      const row = world.rows().find(({ pk, sk }) => pk.endsWith(idOf(index)) && sk === PV)
      return row === undefined ? [] : JSON.parse(row.finding).action.at
    })

  test('keeps the times that the grace still allows, and reserves only the others again', async () => {
    const send = (world: SweepWorld) => world.send(promise({}, ALL.map(idOf)))
    const whole = await alerted(ALL.length)
    const before = whole.calls()
    send(whole)
    await whole.run()
    const world = await alerted(ALL.length)
    // The last call is the publish.
    world.dieAfter([whole.calls() - before - 2])
    send(world)
    await world.run({ once: true })
    expect([stateOf(world), minutesOf(world)]).toEqual(['NEW', []])
    const first = timesOf(world)
    await world.run()
    // Half an hour later only the last of the four windows is still further away than the grace.
    expect(ALL.map(index => timesOf(world)[index] === first[index])).toEqual(ALL.map(index => index > 5))
    expect(minutesOf(world)).toEqual([0, 0, 13, 13, 26, 26, 39, 39])
  })
})
