/**
 * A region, its ledger and the function that sweeps, on one clock: messages that failed come again after half an hour,
 * alerts come back through SNS. Each call to AWS can be the last one of an invocation.
 */
import { confirmAlert } from '../../../functions/confirm/confirm-alert.ts'
import type { RegionReader, SweepPorts } from '../../../functions/sweep/ports.ts'
import { processBatch } from '../../../functions/sweep/process-batch.ts'
import { sweepLedger } from '../../../functions/sweep/sweep-ledger.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { ScanBatch } from '../../../shared/aws/fleet/scan-region.ts'
import { markAlerted, markOutcomesAlerted } from '../../../shared/aws/ledger/confirm.ts'
import { readRow, toItem } from '../../../shared/aws/ledger/items.ts'
import type { Ledger } from '../../../shared/aws/ledger/ledger.ts'
import { claimFindings } from '../../../shared/aws/ledger/ledger.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../../shared/engine/evaluate.ts'
import type { Finding } from '../../../shared/engine/finding.ts'
import { createInstanceSubject } from '../../../shared/engine/subjects.ts'
import { readActorFromTags } from '../../../shared/facts/actor.ts'
import type { ImageFacts, InstanceFacts } from '../../../shared/facts/facts.ts'
import { classifyReadFailure } from '../../../shared/fleet/read-failure.ts'
import { createPast } from '../../../shared/ledger/claim.ts'
import { addCounts, type Counts, NO_COUNTS } from '../../../shared/ledger/coverage.ts'
import type { EventPath } from '../../../shared/ledger/heard.ts'
import { type Row, toEpochSeconds } from '../../../shared/ledger/row.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import type { Reason } from '../../../shared/reasons/reason.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { PLACE } from '../../support/findings.ts'
import { NO_CHANNELS } from '../../support/no-channels.ts'
import { aBatch } from '../../support/sqs.ts'
import { SUBSCRIBED } from '../../support/subscribed.ts'

export type Options = {
  readonly machines: readonly InstanceFacts[]
  readonly images?: readonly ImageFacts[]
  readonly policy: Policy
  /** Reads pages in place of the machines that are given. */
  readonly reads?: SweepPorts['scan']
  readonly channels?: (ledger: Ledger) => SweepPorts['channels']
  readonly pageSize?: number
  /** How many pages an invocation reads before its time is over. */
  readonly pagesAtOnce?: number
  /** After which of its calls to AWS, counted from 0 over all deliveries, the function dies. */
  readonly diesAfter?: readonly number[]
  readonly confirmSeconds?: number
  /** Whether there is a function that stops. */
  readonly canStop?: boolean
  /** Whether stops are switched off. */
  readonly stopsDisabled?: boolean
  /** What reading a page throws, by the number of the reading. */
  readonly scanError?: (reading: number) => Error | undefined
  /** By which ways the stack hears of launches, and in which region; none unless told. */
  readonly ways?: readonly EventPath[]
  readonly listensIn?: string
  /** Whether SQS delivers each message twice, at the same moment. */
  readonly twice?: boolean
  /** Lets other invocations go on in between. */
  readonly between?: () => Promise<void>
}

type Message = { readonly id: string; readonly body: string; readonly count: number; readonly at: number }

const REDELIVERED_MS = 1_800_000
const MOST_DELIVERIES = 5
const TABLE = 'ledger'

export const idOf = (index: number): string => `i-${index.toString(16).padStart(17, '0')}`

/** A machine that has run for a year: HVM on a Nitro type, or paravirtual. */
export const aMachine = (index: number, more: InstanceFacts = {}): InstanceFacts => ({
  instanceId: idOf(index),
  imageId: 'ami-0abcdef1234567890',
  instanceType: 't3.micro',
  virtualizationType: 'hvm',
  enaSupport: true,
  architecture: 'x86_64',
  bootMode: 'unset',
  rootDeviceType: 'ebs',
  lifecycle: 'on-demand',
  state: 'running',
  launchTime: '2025-11-24T08:00:00Z',
  tags: {},
  ...more,
})

export const aPvMachine = (index: number, more: InstanceFacts = {}): InstanceFacts =>
  aMachine(index, { instanceType: 'm1.small', virtualizationType: 'paravirtual', enaSupport: false, ...more })

const countsOf = (statuses: ReadonlySet<string>): Counts => ({
  ...NO_COUNTS,
  seen: 1,
  ...(statuses.has('FAILED') ? { failed: 1 } : statuses.has('UNKNOWN') ? { unknown: 1 } : { passed: 1 }),
})

export const aSweepWorld = (options: Options) => {
  const { pageSize = 1000, pagesAtOnce = 100, confirmSeconds = 1, between = async () => {} } = options
  let { policy } = options
  let time = Date.parse('2026-11-24T08:00:30Z')
  const now = (): Date => new Date(time)
  const dynamo = inMemoryDynamo()
  const machines = new Map(options.machines.map(machine => [machine.instanceId ?? '', machine]))
  const images = new Map((options.images ?? []).map(image => [image.imageId ?? '', image]))
  const alerts: Alert[] = []
  const counted: string[] = []
  const logged: string[] = []
  const messages: Message[] = []
  const parked: Message[] = []
  const scheduled = new Set<string>()
  const returning: { readonly alert: Alert; readonly at: number }[] = []
  let dies = new Set(options.diesAfter)
  let calls = 0
  let readings = 0
  let sent = 0

  const steady = { client: dynamo.client(), table: TABLE }

  /** Each invocation dies for itself. */
  const wireOf = () => {
    let dead = false
    const pass = async <T>(call: () => T): Promise<T> => {
      if (dead) throw new Error('Death')
      const index = calls
      calls += 1
      await between()
      const answer = call()
      if (dies.has(index)) {
        dead = true
        throw new Error('Death')
      }
      return answer
    }
    return { pass, isDead: () => dead }
  }
  type Wire = ReturnType<typeof wireOf>

  const send = (body: string, delaySeconds = 0): void => {
    sent += 1
    messages.push({ id: `message-${sent}`, body, count: 0, at: time + delaySeconds * 1000 })
  }

  async function* scan(wire: Wire, input: Parameters<SweepPorts['scan']>[0]): AsyncGenerator<ScanBatch> {
    const all = [...machines.values()]
    for (let start = Number(input.next ?? 0); start < all.length; start += pageSize) {
      const page = await wire.pass(() => {
        readings += 1
        const error = options.scanError?.(readings)
        if (error !== undefined) throw error
        return all.slice(start, start + pageSize)
      })
      let counts = NO_COUNTS
      const event = { id: input.scanId, name: 'DescribeInstances', time: input.world.now.toISOString() }
      const findings = page.flatMap(instance => {
        if (instance.state === 'terminated') {
          counts = addCounts(counts, { ...NO_COUNTS, terminated: 1 })
          return []
        }
        const subject = createInstanceSubject({ ...input.place, event }, instance)
        const { canStop: _canStop, ...never } = input.world
        const world = instance.state === 'running' ? input.world : never
        const found = evaluate({ subject, event, actor: readActorFromTags(instance.tags) }, world)
        counts = addCounts(counts, countsOf(new Set(found.map(({ status }) => status))))
        return found
      })
      const next = start + pageSize < all.length ? { next: String(start + pageSize) } : {}
      const launched = page.flatMap(({ instanceId, launchTime, state }) =>
        instanceId === undefined || launchTime === undefined || state === 'terminated'
          ? []
          : { instanceId, launchTime },
      )
      yield { ...counts, findings, launched, notes: [], ...next }
    }
  }

  const readerOf = (wire: Wire): RegionReader => ({
    instances: (_by, ids) => wire.pass(() => ({ ok: true as const, facts: ids.flatMap(id => machines.get(id) ?? []) })),
    images: ids => wire.pass(() => ({ ok: true as const, facts: ids.flatMap(id => images.get(id) ?? []) })),
    types: () => wire.pass(() => ({ ok: true as const, facts: [] })),
  })

  const portsOf = (wire: Wire): SweepPorts => {
    const ledger = { client: dynamo.client(call => wire.pass(call)), table: TABLE }
    let pages = 0
    return {
      accountId: PLACE.accountId,
      listens: { region: options.listensIn ?? PLACE.region, ways: options.ways ?? [] },
      stopsDisabled: options.stopsDisabled === true,
      canStop: region => options.canStop === true && region === PLACE.region,
      regions: async () => [PLACE.region],
      policy,
      now,
      isTimeLeft: () => {
        pages += 1
        return pages < pagesAtOnce
      },
      types: { known: loadCatalogue, learn: () => undefined },
      scan: input => options.reads?.(input) ?? scan(wire, input),
      troubleOf: classifyReadFailure,
      ec2: () => readerOf(wire),
      ledger: sweepLedger(ledger),
      send: (message, delay) => wire.pass(() => send(JSON.stringify(message), delay)),
      publish: message =>
        wire.pass(() => {
          const alert: Alert = JSON.parse(JSON.parse(message.Message).default)
          alerts.push(alert)
          returning.push({ alert, at: time + confirmSeconds * 1000 })
        }),
      log: (level, message, context) => logged.push(`${level}: ${message} ${JSON.stringify(context)}`),
      count: (metric, count, region) =>
        counted.push(region === undefined ? `${metric} ${count}` : `${metric} ${region} ${count}`),
      subscriptions: SUBSCRIBED,
      channels: options.channels?.(ledger) ?? NO_CHANNELS,
      countFindings: () => undefined,
    }
  }

  const isDone = async (message: Message, delivery: number): Promise<boolean> => {
    const wire = wireOf()
    const [record] = aBatch([message.body], message.count + 1).Records
    const receiptHandle = `${message.id} ${message.count} ${delivery}`
    const batch = { Records: record ? [{ ...record, messageId: message.id, receiptHandle }] : [] }
    const { batchItemFailures } = await processBatch(batch, portsOf(wire))
    return !wire.isDead() && batchItemFailures.length === 0
  }

  const deliver = async (message: Message): Promise<void> => {
    const deliveries = options.twice === true ? [1, 2] : [1]
    const done = await Promise.all(deliveries.map(delivery => isDone(message, delivery)))
    if (done.includes(true)) return
    const again = { ...message, count: message.count + 1, at: time + REDELIVERED_MS }
    if (again.count >= MOST_DELIVERIES) parked.push(message)
    else messages.push(again)
  }

  const confirm = async (): Promise<void> => {
    for (const one of returning.filter(({ at }) => at <= time)) {
      returning.splice(returning.indexOf(one), 1)
      await confirmAlert(
        one.alert,
        { isFirst: true },
        {
          markAlerted: (marks, claimant) => markAlerted(steady, marks, { claimant, at: now() }),
          markOutcomesAlerted: (marks, claimant) => markOutcomesAlerted(steady, marks, { claimant, at: now() }),
          unmarkedOf: async marks => marks,
          hasTime: () => true,
          schedule: async ({ name }) => {
            if (options.canStop !== true) throw new Error('a sweep promises no stop')
            scheduled.add(name)
          },
          log: () => undefined,
        },
      )
    }
  }

  /** Lets time pass until nothing is left to do, or, with `once`, until what is due next was delivered. Those that are due are delivered at once. */
  const run = async ({ once = false } = {}): Promise<void> => {
    let isDone = false
    while (messages.length + returning.length > 0 && !isDone) {
      isDone = once
      time = Math.max(time, Math.min(...messages.map(({ at }) => at), ...returning.map(({ at }) => at)))
      await confirm()
      const due = messages.filter(({ at }) => at <= time)
      for (const message of due) messages.splice(messages.indexOf(message), 1)
      await Promise.all(due.map(deliver))
    }
  }

  const start = (message: object = {}): void => send(JSON.stringify({ kind: 'start', ...message }))

  /** Changes every row of the table as nothing of virtguard does. */
  const changeRows = (change: (row: Row) => Partial<Row>): void => {
    for (const [key, item] of dynamo.items)
      if (item['finding'] !== undefined) dynamo.items.set(key, { ...item, ...toItem(change(readRow(item))) })
  }

  return {
    run,
    start,
    /** The names of the schedules that Confirm made. */
    scheduled,
    /** Each finding was promised a stop, and that was refused just now. */
    refuse: (because: Reason): void =>
      changeRows(row => ({
        state: 'REFUSED',
        changedAt: toEpochSeconds(now()),
        history: [...row.history, createPast('REFUSED', now(), because)],
      })),
    change: (change: (finding: Finding) => Finding): void =>
      changeRows(row => ({ finding: JSON.stringify(change(JSON.parse(row.finding))) })),
    mark: (more: Partial<Row>): void => changeRows(() => more),
    /** From now on: after which of its calls, counted from here, the function dies. */
    dieAfter: (indexes: readonly number[]): void => {
      dies = new Set(indexes.map(index => calls + index))
    },
    send,
    now,
    machines,
    images,
    alerts,
    counted,
    logged,
    parked,
    dynamo,
    ledger: steady,
    claim: (findings: Parameters<typeof claimFindings>[0], claim: Parameters<typeof claimFindings>[2]) =>
      claimFindings(findings, steady, claim),
    calls: () => calls,
    pass: (seconds: number) => {
      time += seconds * 1000
    },
    apply: (other: Policy) => {
      policy = other
    },
    rows: (): readonly Row[] => [...dynamo.items.values()].filter(item => item['finding'] !== undefined).map(readRow),
  }
}
export type SweepWorld = ReturnType<typeof aSweepWorld>

/** How often each resource was told of a rule, in alerts of a kind. */
export const tellings = ({ alerts }: SweepWorld, kind: Alert['kind']): ReadonlyMap<string, number> => {
  const count = new Map<string, number>()
  for (const alert of alerts.filter(one => one.kind === kind))
    for (const { rules, resources } of alert.told)
      for (const resource of resources)
        for (const rule of rules) count.set(`${resource} ${rule}`, (count.get(`${resource} ${rule}`) ?? 0) + 1)
  return count
}
