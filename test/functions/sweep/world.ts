/**
 * A region, its ledger and the function that sweeps, in the cloud of test/support/cloud: messages that failed come again after
 * half an hour, alerts come back through SNS. Each call to AWS can be the last one of an invocation.
 */
import type { SQSEvent } from 'aws-lambda'
import type { SweepPorts } from '../../../functions/sweep/ports.ts'
import { processBatch } from '../../../functions/sweep/process-batch.ts'
import { sweepLedger } from '../../../functions/sweep/sweep-ledger.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import { readRow, toItem } from '../../../shared/aws/ledger/items.ts'
import type { Ledger } from '../../../shared/aws/ledger/ledger.ts'
import { claimFindings } from '../../../shared/aws/ledger/ledger.ts'
import { publishTo } from '../../../shared/aws/topic.ts'
import type { Finding } from '../../../shared/engine/finding.ts'
import type { ImageFacts, InstanceFacts } from '../../../shared/facts/facts.ts'
import { classifyReadFailure } from '../../../shared/fleet/read-failure.ts'
import { createPast } from '../../../shared/ledger/claim.ts'
import type { EventPath } from '../../../shared/ledger/heard.ts'
import { type Row, toEpochSeconds } from '../../../shared/ledger/row.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import type { Reason } from '../../../shared/reasons/reason.ts'
import { type Gate, watchCalls } from '../../support/cloud/calls.ts'
import { createClock } from '../../support/cloud/clock.ts'
import { inMemoryDynamo } from '../../support/cloud/dynamodb.ts'
import { confirmFrom, SWEEP_PORTS } from '../../support/cloud/functions.ts'
import { openLedger, readRows } from '../../support/cloud/ledger.ts'
import { scanPages } from '../../support/cloud/scan.ts'
import { createTopic } from '../../support/cloud/sns.ts'
import { createSqs, mapQueue } from '../../support/cloud/sqs.ts'
import { PLACE } from '../../support/findings.ts'

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

export const aSweepWorld = (options: Options) => {
  const { pageSize = 1000, pagesAtOnce = 100, confirmSeconds = 1 } = options
  let { policy } = options
  const clock = createClock(new Date('2026-11-24T08:00:30Z'))
  const { now } = clock
  const aws = watchCalls(options)
  const dynamo = inMemoryDynamo()
  const steady = openLedger(dynamo)
  const sqs = createSqs({ now, visibilitySeconds: { alerted: 180, sweeps: 1_800 }, maxReceives: 5 })
  const sns = createTopic({ refuse: aws.refuse, deliver: body => void sqs.send('alerted', body, confirmSeconds) })
  const machines = new Map(options.machines.map(machine => [machine.instanceId ?? '', machine]))
  const images = new Map((options.images ?? []).map(image => [image.imageId ?? '', image]))
  const counted: string[] = []
  const logged: string[] = []
  const scheduled = new Set<string>()
  let readings = 0

  const send = (body: string, delaySeconds = 0): void => {
    const message = sqs.send('sweeps', body, delaySeconds)
    if (options.twice === true) sqs.copy(message)
  }

  const readPage = (start: number, end: number): readonly InstanceFacts[] => {
    readings += 1
    const error = options.scanError?.(readings)
    if (error !== undefined) throw error
    return [...machines.values()].slice(start, end)
  }

  const readWith = (gate: Gate): ReturnType<SweepPorts['ec2']> => {
    const read = <T>(name: string, facts: readonly T[]) => gate(name, () => ({ ok: true as const, facts }))
    return {
      instances: (_by, ids) =>
        read(
          'DescribeInstances',
          ids.flatMap(id => machines.get(id) ?? []),
        ),
      images: ids =>
        read(
          'DescribeImages',
          ids.flatMap(id => images.get(id) ?? []),
        ),
      types: () => read('DescribeInstanceTypes', []),
    }
  }

  const portsOf = (gate: Gate): SweepPorts => {
    const ledger = openLedger(dynamo, gate)
    let pages = 0
    const scan = scanPages({
      size: () => machines.size,
      pageSize,
      read: (start, end) => gate('DescribeInstances', () => readPage(start, end)),
    })
    return {
      ...SWEEP_PORTS,
      listens: { region: options.listensIn ?? PLACE.region, ways: options.ways ?? [] },
      stopsDisabled: options.stopsDisabled === true,
      canStop: region => options.canStop === true && region === PLACE.region,
      policy,
      now,
      isTimeLeft: () => {
        pages += 1
        return pages < pagesAtOnce
      },
      scan: input => options.reads?.(input) ?? scan(input),
      troubleOf: classifyReadFailure,
      ec2: () => readWith(gate),
      ledger: sweepLedger(ledger),
      send: (message, delay) => gate('SendMessage', () => send(JSON.stringify(message), delay)),
      publish: message => publishTo({ client: sns.client(gate), arn: 'topic' }, message),
      log: (level, message, context) => logged.push(`${level}: ${message} ${JSON.stringify(context)}`),
      count: (metric, count, region) =>
        counted.push(region === undefined ? `${metric} ${count}` : `${metric} ${region} ${count}`),
      channels: options.channels?.(ledger) ?? SWEEP_PORTS.channels,
    }
  }

  const sweep = (batch: SQSEvent) => aws.run(gate => processBatch(batch, portsOf(gate)))

  const confirm = confirmFrom(sqs, {
    ledger: steady,
    now,
    schedule: async ({ name }) => {
      if (options.canStop !== true) throw new Error('a sweep promises no stop')
      scheduled.add(name)
    },
  })

  const sources = [confirm, mapQueue(sqs, 'sweeps', sweep, { atOnce: Infinity })]

  const start = (message: object = {}): void => send(JSON.stringify({ kind: 'start', ...message }))

  /** Changes every row of the table as nothing of virtguard does. */
  const changeRows = (change: (row: Row) => Partial<Row>): void => {
    for (const [key, item] of dynamo.items)
      if (item['finding'] !== undefined) dynamo.items.set(key, { ...item, ...toItem(change(readRow(item))) })
  }

  return {
    /** Lets time pass until nothing is left to do, or, with `once`, until what is due next was delivered. */
    run: async ({ once = false } = {}) => void (await (once ? clock.step(sources) : clock.run(sources))),
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
    dieAfter: aws.dieAfter,
    send,
    now,
    machines,
    images,
    alerts: sns.alerts,
    counted,
    logged,
    deadLetters: sqs.deadLetters,
    dynamo,
    ledger: steady,
    claim: (findings: Parameters<typeof claimFindings>[0], claim: Parameters<typeof claimFindings>[2]) =>
      claimFindings(findings, steady, claim),
    calls: () => aws.calls.length,
    pass: clock.pass,
    apply: (other: Policy) => {
      policy = other
    },
    rows: () => readRows(dynamo),
  }
}
export type SweepWorld = ReturnType<typeof aSweepWorld>

/** How often each resource was alerted for a rule, in alerts of a kind. */
export const countAlerts = ({ alerts }: SweepWorld, kind: Alert['kind']): ReadonlyMap<string, number> => {
  const count = new Map<string, number>()
  for (const alert of alerts.filter(one => one.kind === kind))
    for (const { rules, resources } of alert.told)
      for (const resource of resources)
        for (const rule of rules) count.set(`${resource} ${rule}`, (count.get(`${resource} ${rule}`) ?? 0) + 1)
  return count
}
