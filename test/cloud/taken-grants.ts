import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { bringForward } from './clock.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { without } from './grants.ts'
import { impatiently } from './impatiently.ts'
import { type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf, stopStage } from './stop-stage.ts'

export const takenGrantTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
  })

  const logs = () => readFileSync(path.join(cloud.folder, 'ministack.log'), 'utf8')

  test('to stop instances fails the stop, in the ledger, in an alert and for the alarm', async () => {
    const launched = await stops.promised()
    await without({ name: 'Enforce', action: 'ec2:StopInstances' }, cloud, async () => {
      await stops.comes(idsOf(launched))
      const [outcome] = await stage.told('outcome', 1, { launchId: launchIdOf(launched) })
      await stops.settle()
      expect(outcome?.alert.findings[0]?.outcome).toMatchObject({ state: 'FAILED' })
      expect(outcome?.alert.findings[0]?.outcome?.why).toContain(
        'virtguard has no permission to stop it: UnauthorizedOperation',
      )
    })
    expect((await stops.ledger(launched))[0]).toMatchObject({ state: 'FAILED' })
    expect(await stops.states(idsOf(launched))).toEqual(['running'])
    expect(logs()).toContain('"StopsFailed":1')
  })

  test('to publish leaves the outcome of a stop pending, and it is alerted once the grant is back', async () => {
    const launched = await stops.promised()
    await impatiently(cloud, 'StopsQueueUrl', async () => {
      await without({ name: 'Enforce', action: 'sns:Publish' }, cloud, async () => {
        await new Promise(resolve => setTimeout(resolve, 3000))
        expect(await bringForward(cloud, `stop-${idsOf(launched)[0]}`)).toBe(1)
        for (let round = 0; round < 100 && (await stops.ledger(launched))[0]?.state !== 'STOPPED'; round += 1)
          await new Promise(resolve => setTimeout(resolve, 100))
        expect((await stops.ledger(launched))[0]).toMatchObject({ state: 'STOPPED', untold: 'STOPPED' })
      })
      expect(await stage.told('outcome', 1, { launchId: launchIdOf(launched) })).toHaveLength(1)
    })
    await stops.settle()
    expect((await stops.ledger(launched))[0]).not.toHaveProperty('untold')
    expect(stops.asked(idsOf(launched))).toEqual(idsOf(launched))
  })
}
