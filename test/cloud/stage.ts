// What a test of the flow needs: it launches, has reports carried, and sees the alerts of its own launch.
import { randomUUID } from 'node:crypto'
import { carry, type Envelope } from '../../local/carry.ts'
import { createEmulatedEc2 } from '../../local/ec2.ts'
import { HVM_IMAGE, PV_IMAGE, PV_STORE_IMAGE } from '../../local/images.ts'
import { type LedgerRow, readLedgerRows } from '../../local/ledger.ts'
import { waitUntilSettled } from '../../local/queues.ts'
import { type Delivered, subscribe } from '../../local/subscriber.ts'
import { type Answer, createWish, type Wish } from '../../local/trail.ts'
import type { AlertKind } from '../../shared/alert/alert.ts'
import type { TestCloud } from './cloud.ts'

export type Launched = { readonly wish: Wish; readonly answer: Answer }

const KINDS = {
  pv: [PV_IMAGE, 'm1.small'],
  'pv-on-instance-store': [PV_STORE_IMAGE, 'm1.small'],
  hvm: [HVM_IMAGE, 't3.micro'],
  /** Which no rule minds but that for types on Xen. */
  'hvm-on-xen': [HVM_IMAGE, 't2.micro'],
  /** Which the policy of the cloud that enforces denies. */
  'hvm-denied': [HVM_IMAGE, 't2.nano'],
} as const

export type Kind = keyof typeof KINDS

type Of = { readonly launchId?: string; readonly seconds?: number }

export type Stage = {
  readonly launch: (kind: Kind, count?: number) => Promise<Launched>
  /** Carries the reports one after the other. */
  readonly report: (...reports: readonly Envelope[]) => Promise<void>
  /** The alerts of a launch once there are so many and nothing is left to do: also those that should not be there. */
  readonly alerts: (launchId: string, count: number) => Promise<readonly Delivered[]>
  /** The same for several launches, after one wait. */
  readonly alertsOfEach: (launchIds: readonly string[], count: number) => Promise<readonly (readonly Delivered[])[]>
  /** Those of one kind, of a launch or, where none is named, of any: once there are so many. Does not wait for the rest. */
  readonly told: (kind: AlertKind, count: number, of?: Of) => Promise<readonly Delivered[]>
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
  const alertsOfEach: Stage['alertsOfEach'] = async (launchIds, count) => {
    const until = Date.now() + PATIENCE_SECONDS * 1000
    while (launchIds.some(id => of(id).length < count) && Date.now() < until) await receive()
    if (!(await waitUntilSettled(cloud, PATIENCE_SECONDS))) throw new Error('the functions still have work')
    while ((await receive()) > 0);
    return launchIds.map(of)
  }
  return {
    launch: async (kind, count = 1) => {
      const [image, instanceType] = KINDS[kind]
      const wish = createWish({ image, instanceType, count, name: 'test' })
      return { wish, answer: await createEmulatedEc2(cloud.clients).launch(wish) }
    },
    report: async (...reports) => {
      for (const report of reports) await carry(report, cloud.clients)
    },
    alerts: async (launchId, count) => (await alertsOfEach([launchId], count)).flat(),
    alertsOfEach,
    told: async (kind, count, { launchId, seconds = PATIENCE_SECONDS } = {}) => {
      const found = () =>
        delivered.filter(({ alert }) => alert.kind === kind && (launchId ?? alert.launchId) === alert.launchId)
      const until = Date.now() + seconds * 1000
      while (found().length < count && Date.now() < until) await receive()
      return found()
    },
    rows: async ({ instances }) => {
      const ids = new Set(instances.map(({ instanceId }) => instanceId))
      return (await readLedgerRows(cloud)).filter(({ resource }) => ids.has(resource))
    },
  }
}
