// Stops that are promised after the first alert. In this order: the last is about what the second left running.
import { beforeAll, expect, test } from '@jest/globals'
import { ACCOUNT } from '../../local/isolation.ts'
import { countDeadLetters, countMessages } from '../../local/queues.ts'
import type { Delivered } from '../../local/subscriber.ts'
import { isOfSweep } from '../../shared/alert/sweep-alert.ts'
import { beginAnew } from './begin-anew.ts'
import { sendPromise } from './by-hand.ts'
import { virtguard } from './cli.ts'
import { bringForward } from './clock.ts'
import type { TestCloud } from './cloud.ts'
import { applyText } from './live-policy.ts'
import type { Launched, Stage } from './stage.ts'
import { idsOf, stopStage } from './stop-stage.ts'

type World = {
  readonly cloud: TestCloud
  readonly stage: Stage
  readonly sweep: () => Promise<void>
  /** What was launched and alerted before the rule was on enforce; some of it may be terminated. */
  readonly existing: () => readonly string[]
}

const RULE = 'paravirtual-instance'

const enforcing = (budget: number): string => `
version: 1
rules:
  ${RULE}: { mode: enforce }
  instance-family: { mode: enforce, deny: ["t2.nano"] }
stop:
  grace: 2s
  existing: true
  budget: { stops: ${budget}, per: 10m, then: wait }
`

const promisesIn = (alerts: readonly Delivered[]) => alerts.flatMap(({ alert }) => alert.stops ?? [])

export const promiseTests = (world: () => World): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  let waiting: Launched
  beforeAll(() => {
    ;({ cloud, stage } = world())
    stops = stopStage(cloud, stage)
  })

  /** The stops that sweeps have promised these instances, once there is one, or after so many seconds. */
  const promisedBySweeps = async (ids: readonly string[], seconds: number) => {
    const until = Date.now() + seconds * 1000
    for (;;) {
      const alerted = (await stage.told('finding', 0)).filter(({ alert }) => isOfSweep(alert))
      const promises = promisesIn(alerted).filter(({ resources }) => resources.some(id => ids.includes(id)))
      if (promises.length > 0 || Date.now() > until) return promises
      await stage.told('finding', Number.POSITIVE_INFINITY, { seconds: 2 })
    }
  }

  /** Whether a message waits in a queue for its time. Waits for that itself, but not for its time. */
  const isDelayed = async (queue: string): Promise<boolean> => {
    const url = cloud.stack.outputs[queue] ?? ''
    const isSo = async () => (await countDeadLetters(url, cloud.clients)) > (await countMessages(url, cloud.clients))
    const until = Date.now() + 40_000
    while (!(await isSo()) && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 100))
    return isSo()
  }

  /** That a policy is in force within a minute is a test of its own (operators.ts). */
  const inForce = async (budget: number): Promise<void> => {
    await applyText(cloud, enforcing(budget))
    await beginAnew(cloud)
  }

  const stateOf = async (launched: Launched) => (await stops.ledger(launched)).map(row => row?.state)

  /** EC2 says that it stopped a while after it was asked to. */
  const isStopped = async (launched: Launched): Promise<boolean> => {
    const isSo = async () => (await stateOf(launched)).every(state => state === 'STOPPED')
    const until = Date.now() + 60_000
    while (!(await isSo()) && Date.now() < until) await new Promise(resolve => setTimeout(resolve, 500))
    return isSo()
  }

  test('instances that ran before the rule enforced are promised stops by a sweep, no more at a time than the budget allows', async () => {
    await inForce(2)
    await world().sweep()
    const promises = await promisedBySweeps(world().existing(), 40)
    const running = await stops.states(world().existing())
    const ids = world()
      .existing()
      .filter((_, index) => running[index] === 'running')
    expect(promises.flatMap(({ resources }) => resources).toSorted()).toEqual(ids.toSorted())
    expect(new Set(promises.map(({ resources }) => resources.length))).toEqual(new Set([2]))
    expect(promises.every(({ rules }) => rules.join() === RULE)).toBe(true)
    const [first] = promises.toSorted((a, b) => a.at.localeCompare(b.at))
    await stops.comes(first?.resources ?? [])
    await stage.told('outcome', 3)
    expect(new Set(await stops.states(first?.resources ?? []))).toEqual(new Set(['stopped']))
    expect([...stops.asked(ids)].toSorted()).toEqual([...(first?.resources ?? [])].toSorted())
  })

  test('an instance for which the budget has no room is not stopped, and one alert says so', async () => {
    waiting = await stops.promised()
    expect(await stops.comes(idsOf(waiting))).toBe(1)
    expect(await stateOf(waiting)).toEqual(['REFUSED'])
    expect(await bringForward(cloud, `digest-${ACCOUNT}`)).toBe(1)
    const [digest] = await stage.told('digest', 1)
    expect(digest?.text.replace(/\s+/g, ' ')).toContain('the stop budget is spent')
    expect(stops.asked(idsOf(waiting))).toEqual([])
    // For what is promised next: by the smaller budget its stop is due in minutes.
    await inForce(10)
    // What will promise it a stop: the digest has asked for that, and the function that sweeps has put it back until its time.
    expect(await isDelayed('SweepsQueueUrl')).toBe(true)
  })

  test('an instance that the switch left running is listed with its reason, and stopped after one command and another alert', async () => {
    const launched = await stops.promised()
    const [id = ''] = idsOf(launched)
    expect((await virtguard(cloud, ['stops', 'off', '--why', 'migration', '--by', 'tests'])).code).toBe(0)
    await stops.comes([id])
    expect((await virtguard(cloud, ['stops', 'on', '--why', 'done', '--by', 'tests'])).code).toBe(0)
    expect(await stateOf(launched)).toEqual(['REFUSED'])
    // Its alert comes first: what waits to be told is promised nothing.
    expect(await bringForward(cloud, `digest-${ACCOUNT}`)).toBe(1)
    expect(await stage.told('digest', 2)).toHaveLength(2)
    await stops.settle()

    const listed = await virtguard(cloud, ['findings', '--refused', '--since', '1h', '--format', 'ndjson'])
    expect(listed.code).toBe(0)
    const line = listed.out.split('\n').find(one => one.includes(id))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ state: 'REFUSED', history: expect.any(Array) })
    expect(line).toContain('STOPS_DISABLED')

    const asked = await virtguard(cloud, ['stops', 'retry', '--rule', RULE, '--instance', id, '--yes'])
    expect([asked.code, asked.out]).toEqual([0, expect.stringContaining(id)])
    const [promise] = await promisedBySweeps([id], 40)
    expect(promise).toMatchObject({ rules: [RULE], resources: [id] })
    expect(stops.asked([id])).toEqual([])
    await stops.settle()
    await stops.comes([id])
    expect(await isStopped(launched)).toBe(true)
    expect(await stops.states([id])).toEqual(['stopped'])
  })

  test('an instance that waited for the budget is alerted with another time, and stopped then', async () => {
    const ids = idsOf(waiting)
    // What the digest has put into the queue comes two minutes later. The same is sent at once; if it did nothing, the other would.
    await sendPromise(
      cloud,
      ids.map(resourceId => ({ resourceId, rule: RULE })),
    )
    const [promise] = await promisedBySweeps(ids, 150)
    expect(promise).toMatchObject({ rules: [RULE], resources: ids })
    await stops.settle()
    await stops.comes(ids)
    expect(await isStopped(waiting)).toBe(true)
    expect(await stops.states(ids)).toEqual(['stopped'])
    expect(stops.asked(ids)).toEqual(ids)
  }, 240_000)
}
