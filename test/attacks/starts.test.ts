/** Somebody who stops and starts an instance of their own, so that a promised stop is not made, or no stop is promised. */
import { describe, expect, test } from '@jest/globals'
import { anEnvelope, aRunInstancesRecord, aRunningNotification, aStartInstancesRecord } from '../support/builders.ts'
import { launch, OWN, own, ownItem } from './own-instance.ts'
import { aStage, type Stage } from './stage.ts'

describe('an instance with a promised stop', () => {
  test('keeps its promise if it is stopped and started within the grace period', async () => {
    const stage = aStage({ fleet: [own()] })
    await stage.report(launch())
    const machine = stage.world.known.get(OWN)
    if (machine !== undefined)
      machine.described = { ...machine.described, LaunchTime: new Date('2026-11-24T08:02:00Z') }
    await stage.report(anEnvelope(aStartInstancesRecord({ instanceIds: [OWN], time: '2026-11-24T08:02:00Z' })))
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN])
  })

  describe('that is down when its stop is due, and started seconds later', () => {
    const iso = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

    /** Started three seconds after its stop was due. Enforce sees it first, or its record is here before that. */
    const startLate = async (order: 'after Enforce' | 'before Enforce' | 'never') => {
      const stage = aStage({ fleet: [own()] })
      await stage.report(launch())
      const due = new Date(stage.world.rows()[0]?.stopAt ?? '')
      const start = new Date(due.getTime() + 3_000)
      const machine = stage.world.known.get(OWN)
      if (machine !== undefined) machine.described = { ...machine.described, LaunchTime: start }
      const record = aStartInstancesRecord({
        instanceIds: [OWN],
        time: iso(start),
        eventID: '22222222-2222-4333-8444-555555555555',
      })
      stage.world.pass((due.getTime() - stage.world.now().getTime()) / 1000 + 20)
      await stage.report(aRunningNotification({ instanceId: OWN, time: iso(new Date(start.getTime() + 12_000)) }))
      if (order === 'before Enforce') await stage.report(anEnvelope(record))
      await stage.world.run(0)
      if (order === 'after Enforce') await stage.report(anEnvelope(record))
      return stage
    }

    test.each(['before Enforce', 'after Enforce', 'never'] as const)(
      'is alerted again and stopped after another grace period if its record arrives: %s',
      async order => {
        const stage = await startLate(order)
        expect(stage.stopped()).toEqual([])
        await stage.letTimePass()
        expect(stage.stopped()).toEqual([OWN])
        const promises = stage.alerts().flatMap(({ at = '', stops = [] }) => stops.map(stop => [at, stop.at] as const))
        expect(promises).toHaveLength(2)
        const [alertedAt, stopAt] = promises[1] ?? ['', '']
        expect(Date.parse(stopAt) - Date.parse(alertedAt)).toBeGreaterThanOrEqual(300_000)
        expect(stage.world.ec2.stops[0]?.at.getTime()).toBeGreaterThanOrEqual(Date.parse(stopAt))
      },
    )

    test('is promised a stop again even if EC2 called it pending when the stop was due', async () => {
      const stage = aStage({ fleet: [own()] })
      await stage.report(launch())
      const due = new Date(stage.world.rows()[0]?.stopAt ?? '')
      const machine = stage.world.known.get(OWN)
      const described = { ...own().described, LaunchTime: new Date(due.getTime() + 1_000) }
      if (machine !== undefined) machine.described = { ...described, State: { Name: 'pending' } }
      stage.world.pass((due.getTime() - stage.world.now().getTime()) / 1000 + 2)
      await stage.world.run(0)
      if (machine !== undefined) machine.described = described
      await stage.letTimePass()
      expect(stage.stopped()).toEqual([OWN])
    })
  })

  test('is promised a stop again if it is started after it was stopped', async () => {
    const stage = aStage({ fleet: [own()] })
    await stage.report(launch())
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN])
    const machine = stage.world.known.get(OWN)
    const later = `${stage.world.now().toISOString().slice(0, 19)}Z`
    if (machine !== undefined)
      machine.described = { ...machine.described, State: { Name: 'running' }, LaunchTime: new Date(later) }
    await stage.report(
      anEnvelope(
        aStartInstancesRecord({ instanceIds: [OWN], time: later, eventID: '22222222-2222-4333-8444-555555555555' }),
      ),
    )
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN, OWN])
  })
})

describe('a start without the tag that refused the stop, before the alert of the refusal is confirmed,', () => {
  const START = { instanceId: OWN, time: '2026-11-24T08:01:59Z', eventID: 'start' }
  const asTagged = async (reportLaunch: (stage: Stage) => Promise<unknown>) => {
    const stage = aStage({ fleet: [own({ Tags: [{ Key: 'kubernetes.io/cluster/x', Value: 'owned' }] })] })
    stage.fallBehind()
    await reportLaunch(stage)
    return stage
  }
  const startAgain = (stage: Stage) => {
    const machine = stage.world.known.get(OWN)
    if (machine === undefined) throw new Error('no such instance')
    machine.described = { ...machine.described, Tags: [], LaunchTime: new Date('2026-11-24T08:01:47Z') }
  }
  const notify = (stage: Stage) => stage.report(aRunningNotification({ instanceId: OWN }))

  test('is promised a stop though Confirm was behind when it came', async () => {
    const stage = await asTagged(notify)
    stage.world.pass(90)
    startAgain(stage)
    expect(await stage.deliver(aRunningNotification(START))).toBe(false)
    await stage.confirm()
    stage.world.pass(180)
    expect(await stage.deliver(aRunningNotification(START), 2)).toBe(true)
    await stage.letTimePass()
    expect(stage.promised()).toEqual([OWN])
    expect(stage.stopped()).toEqual([OWN])
  })

  test('is promised a stop though it is reported after Confirm, and happened before', async () => {
    const stage = await asTagged(notify)
    stage.world.pass(120)
    await stage.confirm()
    startAgain(stage)
    await stage.report(aRunningNotification(START))
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN])
  })

  test('is promised a stop though only a record that came after it has reported the launch', async () => {
    const stage = await asTagged(async late => {
      late.world.pass(300)
      await late.report(
        anEnvelope(aRunInstancesRecord({ instances: [ownItem({}, { 'kubernetes.io/cluster/x': 'owned' })] })),
      )
    })
    await stage.confirm()
    startAgain(stage)
    await stage.report(aRunningNotification(START))
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN])
  })
})
