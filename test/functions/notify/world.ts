/** One channel with everything real but AWS: the handler's core, and its rows and its queue in the cloud of test/support/cloud. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { MANNERS } from '../../../functions/notify/channel-profiles.ts'
import { createChannelRows } from '../../../functions/notify/channel-rows.ts'
import type { NotifyPorts } from '../../../functions/notify/ports.ts'
import { processBatch } from '../../../functions/notify/process-batch.ts'
import type { Renderer } from '../../../functions/notify/senders/renderer.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import { buildOutcomeAlerts, type EndedFinding } from '../../../shared/alert/outcome.ts'
import type { Secret } from '../../../shared/aws/secrets.ts'
import type { Sender } from '../../../shared/channels/sending.ts'
import type { Channel } from '../../../shared/policy/policy.ts'
import { createClock, type Source } from '../../support/cloud/clock.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { createSqs, mapQueue } from '../../support/cloud/sqs.ts'
import { aFinding, anAlert, anEnded, aSource, instanceIds } from '../../support/findings.ts'

export const START = new Date('2026-11-24T08:00:00Z')

export const seconds = (count: number): Date => new Date(START.getTime() + count * 1000)

/** The id of the nth instance, and the launch that it alone belongs to. */
export const instanceId = (nth: number): string => instanceIds(nth + 1)[nth] ?? ''
const launchId = (nth: number): string => `r-${nth.toString(16).padStart(17, '0')}`

/** The alert of the nth launch. */
export const finding = (nth: number, at: Date = START, more: Partial<Alert> = {}): Alert => ({
  ...anAlert([aFinding({ on: instanceId(nth) })], { launchId: launchId(nth) }, { claimant: `launch-${nth}`, now: at }),
  ...more,
})

/** What became of the stop of the nth launch. */
export const outcome = (
  nth: number,
  at: Date,
  outcome: Partial<Pick<EndedFinding['outcome'], 'state' | 'why'>> = {},
): Alert => {
  const ended = anEnded({ at: at.toISOString(), ...outcome }, { on: instanceId(nth) })
  const [alert] = buildOutcomeAlerts(aSource({ launchId: launchId(nth) }), [ended], {
    claimant: `stop-${nth}`,
    now: at,
  })
  if (alert === undefined) throw new Error('no alert')
  return alert
}

/** Words that hold the id of each alert, for tests that look at what arrives and not at how it is put. */
export const IDS: Renderer<{ readonly text: string }> = {
  alert: ({ id }) => ({ text: `<${id}>` }),
  followUp: ({ id }) => ({ text: `<${id}>` }),
  digest: alerts => ({ text: alerts.map(({ id }) => `<${id}>`).join('\n') }),
  test: at => ({ text: `test ${at}` }),
}

export const aSecret =
  (text: string): Secret =>
  () =>
    Promise.resolve(text)

export type Handle = (batch: SQSEvent) => Promise<SQSBatchResponse>

type Running = {
  readonly hours?: number
  /** What happens in between, in milliseconds. */
  readonly events?: readonly { readonly at: number; readonly run: () => void }[]
}

const createQueue = ({ batchSize = 20, workers = 1 }: Pick<World, 'batchSize' | 'workers'>) => {
  const clock = createClock(START)
  const { now } = clock
  const sqs = createSqs({ now, visibilitySeconds: { ops: 180 } })
  const deadLetters: { readonly body: string; readonly reason: string }[] = []
  const receives: number[] = []

  /** Works until the queue is empty, or for so long by its clock. */
  const run = (handle: Handle, { hours = 30, events = [] }: Running = {}): Promise<void> => {
    const open = events.toSorted((a, b) => a.at - b.at)
    const interference: Source = {
      next: () => open[0]?.at ?? Infinity,
      go: () => {
        while ((open[0]?.at ?? Infinity) <= now().getTime()) open.shift()?.run()
      },
    }
    const onDone = (message: { readonly receives: number }): void => void receives.push(message.receives)
    const work = mapQueue(sqs, 'ops', handle, { batchSize, atOnce: workers, onDone })
    return clock.run([interference, work], hours * 60)
  }

  return {
    run,
    put: (body: string, at = now().getTime()): void => void sqs.send('ops', body, (at - now().getTime()) / 1000),
    deadLetters,
    receives,
    left: () => sqs.count(),
    now,
    pass: clock.pass,
    ports: {
      postpone: sqs.postpone,
      deadLetter: async (body: string, reason: string): Promise<void> => void deadLetters.push({ body, reason }),
    },
  }
}

type World = {
  readonly sender: Sender
  readonly type?: Channel['type']
  readonly batchSize?: number
  /** How many copies of the function work at once. */
  readonly workers?: number
  readonly around?: Parameters<ReturnType<typeof inMemoryDynamo>['client']>[0]
  readonly scheduleRelease?: (at: string) => Promise<void>
}

/** The channel `ops`. */
export const world = ({ sender, type = 'slack', around, scheduleRelease, ...more }: World) => {
  const queue = createQueue(more)
  const dynamo = inMemoryDynamo()
  const client: DynamoDBClient = dynamo.client(around)
  const logged: string[] = []
  const counted = new Map<string, number>()
  const schedules = new Set<string>()
  const ports: NotifyPorts = {
    channel: 'ops',
    profile: MANNERS[type],
    now: queue.now,
    rows: createChannelRows({ client, table: 'ledger', channel: 'ops' }),
    send: sender,
    queue: queue.ports,
    scheduleRelease:
      scheduleRelease ??
      (async at => {
        if (schedules.has(at)) return
        schedules.add(at)
        queue.put(JSON.stringify({ kind: 'flush', channel: 'ops', at }), new Date(at).getTime())
      }),
    hasTime: () => true,
    log: (level, message, context) => logged.push(`${level}: ${message} ${JSON.stringify(context)}`),
    count: (metric, value) => counted.set(metric, (counted.get(metric) ?? 0) + value),
  }
  const handle: Handle = batch => processBatch(batch, ports)
  return { queue, dynamo, ports, handle, logged, counted, schedules }
}

/** The ids in a text of `IDS`. */
export const idsIn = (text: unknown): readonly string[] =>
  [...String(text).matchAll(/<([^<>]+)>/g)].map(([, id = '']) => id)
