// What a test of the flow needs: it launches, has reports carried, and sees the alerts of its own launch.
import { randomUUID } from 'node:crypto'
import { carry, type Envelope } from '../../local/carry.ts'
import { emulatedEc2 } from '../../local/ec2.ts'
import { HVM_IMAGE, PV_IMAGE } from '../../local/images.ts'
import { type LedgerRow, ledgerRows } from '../../local/ledger.ts'
import { settled } from '../../local/queues.ts'
import { type Delivered, subscribe } from '../../local/subscriber.ts'
import { type Answer, aWish, type Wish } from '../../local/trail.ts'
import type { TestCloud } from './cloud.ts'

export type Launched = { readonly wish: Wish; readonly answer: Answer }

export type Stage = {
  readonly launch: (kind: 'pv' | 'hvm', count?: number) => Promise<Launched>
  /** Carries the reports one after the other. */
  readonly report: (...reports: readonly Envelope[]) => Promise<void>
  /** The alerts of a launch once there are so many and nothing is left to do: also those that should not be there. */
  readonly alerts: (launchId: string, count: number) => Promise<readonly Delivered[]>
  readonly rows: (answer: Answer) => Promise<readonly LedgerRow[]>
}

const PATIENCE_SECONDS = 40

export async function stageOn(cloud: TestCloud): Promise<Stage> {
  const subscriber = await subscribe(cloud, `test-${randomUUID()}`)
  const delivered: Delivered[] = []
  const receive = async () => {
    const next = await subscriber.next()
    delivered.push(...next)
    return next.length
  }
  const of = (launchId: string) => delivered.filter(({ alert }) => alert.launchId === launchId)
  return {
    launch: async (kind, count = 1) => {
      const [image, instanceType] =
        kind === 'pv' ? ([PV_IMAGE, 'm1.small'] as const) : ([HVM_IMAGE, 't3.micro'] as const)
      const wish = aWish({ image, instanceType, count, name: 'test' })
      return { wish, answer: await emulatedEc2(cloud.clients).launch(wish) }
    },
    report: async (...reports) => {
      for (const report of reports) await carry(report, cloud.clients)
    },
    alerts: async (launchId, count) => {
      const until = Date.now() + PATIENCE_SECONDS * 1000
      while (of(launchId).length < count && Date.now() < until) await receive()
      if (!(await settled(cloud, PATIENCE_SECONDS))) throw new Error('the functions still have work')
      while ((await receive()) > 0);
      return of(launchId)
    },
    rows: async ({ instances }) => {
      const ids = new Set(instances.map(({ instanceId }) => instanceId))
      return (await ledgerRows(cloud)).filter(({ resource }) => ids.has(resource))
    },
  }
}
