import { readFileSync } from 'node:fs'
import path from 'node:path'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { beforeAll, expect, test } from '@jest/globals'
import { ACCOUNT } from '../../local/isolation.ts'
import { virtguard } from './cli.ts'
import { bringForward } from './clock.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import { withPolicy } from './live-policy.ts'
import { waitUntilInForce } from './operators.ts'
import { type Stage, stageOn } from './stage.ts'
import { idsOf, launchIdOf, stopStage } from './stop-stage.ts'

export const heldBackTests = (): void => {
  let cloud: TestCloud
  let stage: Stage
  let stops: ReturnType<typeof stopStage>
  beforeAll(async () => {
    cloud = theCloud('enforces')
    stage = await stageOn(cloud)
    stops = stopStage(cloud, stage)
    await waitUntilInForce()
  })

  /** The digest alerts, once the time of the digest has come. */
  const digest = async (count: number) => {
    expect(await bringForward(cloud, `digest-${ACCOUNT}`)).toBe(1)
    const alerted = await stage.told('digest', count)
    await stops.settle()
    return alerted
  }

  test('the switch that operators turn off refuses all stops at once, and one alert says so', async () => {
    const launched = await stops.promised(2)
    const off = await virtguard(cloud, ['stops', 'off', '--why', 'storage migration', '--by', 'tests'])
    expect(off.code).toBe(0)
    try {
      expect(await stops.comes(idsOf(launched))).toBe(2)
      const rows = await stops.ledger(launched)
      expect(rows.map(row => [row?.state, row?.untold])).toEqual([
        ['REFUSED', 'REFUSED'],
        ['REFUSED', 'REFUSED'],
      ])
      const [alert, ...more] = await digest(1)
      expect(more).toEqual([])
      expect(alert?.alert.told.flatMap(({ resources }) => resources).sort()).toEqual([...idsOf(launched)].sort())
      expect(alert?.text).toMatch(/stops on/)
    } finally {
      expect((await virtguard(cloud, ['stops', 'on', '--why', 'done', '--by', 'tests'])).code).toBe(0)
    }
    expect(stops.asked(idsOf(launched))).toEqual([])
    expect((await stops.ledger(launched)).map(row => row?.untold)).toEqual([undefined, undefined])
    expect(await stage.told('outcome', 0, { launchId: launchIdOf(launched) })).toEqual([])
  })

  test('a budget allows exactly its number of stops, and one alert lists the others', async () => {
    const used = await tokensIn(cloud)
    expect(used).toBeGreaterThan(0)
    const launched = await stops.promised(6)
    const ids = idsOf(launched)
    await withPolicy(cloud, { budget: used + 2 }, async () => {
      expect(await stops.comes(ids)).toBe(6)
    })
    expect(stops.asked(ids)).toHaveLength(2)
    const states = (await stops.ledger(launched)).map(row => row?.state).sort()
    expect(states).toEqual(['REFUSED', 'REFUSED', 'REFUSED', 'REFUSED', 'STOPPED', 'STOPPED'])
    const alerts = await digest(2)
    // The first is that of the switch.
    expect(alerts).toHaveLength(2)
    expect(alerts[1]?.alert.told.flatMap(({ resources }) => resources)).toHaveLength(4)
    expect(alerts[1]?.text.replace(/\s+/g, ' ')).toContain('the stop budget is spent')
    expect(alerts[1]?.alert.digest?.resume.join()).toContain('raise stop.budget')
    expect(await stage.told('outcome', 2, { launchId: launchIdOf(launched) })).toHaveLength(2)
    expect(readFileSync(path.join(cloud.folder, 'ministack.log'), 'utf8')).toContain('"BudgetSpent":1')
  })
}

/** How many stops the account has in the window. */
async function tokensIn({ clients, stack }: TestCloud): Promise<number> {
  const { Item } = await clients.dynamo.send(
    new GetItemCommand({
      TableName: stack.outputs['LedgerTable'],
      Key: { pk: { S: `${ACCOUNT}#budget` }, sk: { S: 'stops' } },
    }),
  )
  return Item?.['stops']?.L?.length ?? 0
}
