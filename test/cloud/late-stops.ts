import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from '@jest/globals'
import { asked, messageOf, minutesAgo, promise, rowOf, sendStop } from './by-hand.ts'
import { bringForward, schedules } from './clock.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { type Stage, stageOn } from './stage.ts'
import { idsOf, stopStage } from './stop-stage.ts'

/** The five minutes of a check and the minutes of a retry, without waiting for them. */
export const lateStopTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
  })

  const outcomeOf = async (instanceId: string) => {
    const [outcome] = await stage.told('outcome', 1, { launchId: `r-${instanceId}` })
    await stops.settle()
    expect(await rowOf(cloud, instanceId)).not.toHaveProperty('untold')
    return outcome
  }

  test('an instance that EC2 does not know is looked up each minute, and given up after thirty', async () => {
    const id = `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`
    const due = minutesAgo(29)
    await promise(cloud, id, due)
    await sendStop(cloud, messageOf('stop', id, due))
    await stops.settle()
    expect(await schedules(cloud, `stop-${id}`)).toEqual([expect.stringMatching(/-2$/)])
    expect(await bringForward(cloud, `stop-${id}`)).toBe(1)
    await stops.settle()
    expect(await schedules(cloud, `stop-${id}`)).toEqual([expect.stringMatching(/-3$/)])
    expect((await rowOf(cloud, id))?.state).toBe('DEFERRED')

    const lost = `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`
    await promise(cloud, lost, minutesAgo(31))
    await sendStop(cloud, messageOf('stop', lost, minutesAgo(31)))
    expect((await outcomeOf(lost))?.alert.findings[0]?.outcome).toMatchObject({ state: 'RESOLVED' })
    expect((await rowOf(cloud, lost))?.history.at(-1)?.why).toContain('EC2 no longer knows it')
    expect(stops.asked([id, lost])).toEqual([])
  })

  test('a check finds what was stopped, and what was started again since, and stops neither again', async () => {
    const [id = ''] = idsOf(await stage.launch('pv'))
    await promise(cloud, id, minutesAgo(7))
    await asked(cloud, id, minutesAgo(6))
    await sendStop(cloud, messageOf('check', id, minutesAgo(7)))
    const outcome = await outcomeOf(id)
    expect(outcome?.alert.findings[0]?.outcome).toMatchObject({ state: 'STOPPED' })
    expect(outcome?.text.replace(/\s+/g, ' ')).toContain('it had stopped, and was started again')
    expect(stops.asked([id])).toEqual([])
  })

  test('a check that finds an instance on its way down a moment after the stop is repeated when five minutes are over', async () => {
    const [id = ''] = idsOf(await stage.launch('pv'))
    await promise(cloud, id, minutesAgo(1))
    await asked(cloud, id, new Date())
    await sendStop(cloud, messageOf('check', id, minutesAgo(1)))
    await stops.settle()
    expect((await rowOf(cloud, id))?.state).toBe('DEFERRED')
    expect(await schedules(cloud, `check-${id}`)).toEqual([expect.stringMatching(/-2$/)])
  })

  test('a stop that comes late leaves alone what was started after its time, because that run was not alerted', async () => {
    const [id = ''] = idsOf(await stage.launch('pv'))
    await promise(cloud, id, minutesAgo(10))
    await sendStop(cloud, messageOf('stop', id, minutesAgo(10)))
    expect((await outcomeOf(id))?.alert.findings[0]?.outcome).toMatchObject({ state: 'REFUSED' })
    expect((await rowOf(cloud, id))?.history.at(-1)?.why).toContain('the stop was late')
    expect(stops.asked([id])).toEqual([])
    expect(await stops.states([id])).toEqual(['running'])
  })
}
