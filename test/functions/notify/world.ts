/** One channel with everything real but AWS: the handler's core, the rows in a DynamoDB in memory, a queue with a clock of its own. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
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
import { channelQueue } from '../../support/channel-queue.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { aFinding, anAlert, anEnded, anOccasion, instanceIds } from '../../support/findings.ts'

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
  const [alert] = buildOutcomeAlerts(anOccasion({ launchId: launchId(nth) }), [ended], {
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

type World = {
  readonly sender: Sender
  readonly type?: Channel['type']
  readonly batchSize?: number
  readonly workers?: number
  readonly around?: Parameters<ReturnType<typeof inMemoryDynamo>['client']>[0]
  readonly scheduleRelease?: (at: string) => Promise<void>
}

export type Handle = Parameters<ReturnType<typeof channelQueue>['run']>[0]

/** The channel `ops`. */
export const world = ({ sender, type = 'slack', around, scheduleRelease, ...more }: World) => {
  const queue = channelQueue({ start: START, ...more })
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
