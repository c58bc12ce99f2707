/**
 * One account under attack: the real Evaluate, Confirm and Enforce on one clock and one ledger, with an EC2 that reads
 * filters as EC2 does and holds instances of the attacker and of others.
 */
import type { EC2Client, Filter, Instance } from '@aws-sdk/client-ec2'
import { confirmAlert } from '../../functions/confirm/confirm-alert.ts'
import type { ConfirmPorts } from '../../functions/confirm/ports.ts'
import { createPassedInstances } from '../../functions/evaluate/passed.ts'
import type { Ec2Reader, Ports } from '../../functions/evaluate/ports.ts'
import { processBatch } from '../../functions/evaluate/process-batch.ts'
import type { Alert } from '../../shared/alert/alert.ts'
import { describeInstances } from '../../shared/aws/ec2.ts'
import { markAlerted, markOutcomesAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { queryRows } from '../../shared/aws/ledger/rows.ts'
import { publishTo } from '../../shared/aws/topic.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { idOf, POLICY } from '../functions/enforce/machines.ts'
import { aWorld } from '../functions/enforce/world.ts'
import { ACCOUNT, type Json, REGION } from '../support/record-shape.ts'
import { aBatch } from '../support/sqs.ts'
import { passesFilters } from './filters.ts'
import { promiseLater } from './promise-later.ts'

/** When the attacks begin: the records of test/support/builders.ts are of half a minute before. */
export const BEGINS = '2026-11-24T08:00:00Z'

export type Owned = Partial<Instance> & { readonly reservationId?: string }

/** A violating instance as EC2 describes it, by default launched by the record that the builders write. */
export const anInstance = (index: number, { reservationId = 'r-0123456789abcdef0', ...more }: Owned = {}) => ({
  reservationId,
  described: {
    InstanceId: idOf(index),
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 'm1.small' as const,
    VirtualizationType: 'paravirtual' as const,
    Architecture: 'x86_64' as const,
    RootDeviceType: 'ebs' as const,
    State: { Name: 'running' as const },
    LaunchTime: new Date(BEGINS),
    ClientToken: '8945829d-0ef6-470d-bbfd-ea5bb2d82fdb',
    Tags: [],
    ...more,
  },
})

export type Attacked = {
  readonly fleet: readonly ReturnType<typeof anInstance>[]
  readonly policy?: Policy
}

export const aStage = ({ fleet, policy = POLICY }: Attacked) => {
  const world = aWorld({ machines: fleet.map(({ described }) => ({ described })), policy })
  const reservationOf = new Map(fleet.map(({ described, reservationId }) => [described.InstanceId, reservationId]))
  const ledger = { client: world.dynamo.client(), table: 'ledger' }
  const sns = { client: world.sns.client, arn: 'topic' }
  const logged: string[] = []
  const counted: string[] = []
  let confirmed = 0

  const describe = (filters: readonly Filter[]): object => {
    const found = [...world.known.values()].flatMap(({ described }) => {
      const reservation = reservationOf.get(described.InstanceId ?? '') ?? ''
      return passesFilters(filters, described, reservation)
        ? [{ ReservationId: reservation, OwnerId: ACCOUNT, Instances: [described] }]
        : []
    })
    return { Reservations: found }
  }
  // Evaluate reads nothing of EC2 but instances: the catalogue knows the types, and the records say the rest.
  const client = {
    send: async ({
      constructor: { name },
      input,
    }: {
      constructor: { name: string }
      input: { Filters?: Filter[] }
    }) => {
      if (name !== 'DescribeInstancesCommand') throw new Error(`unexpected call: ${name}`)
      return describe(input.Filters ?? [])
    },
  } as unknown as EC2Client
  const reader: Ec2Reader = {
    instances: async (by, values) => ({ ok: true, facts: await describeInstances(client, { name: by, values }) }),
    images: async () => ({ ok: true, facts: [] }),
    types: async () => ({ ok: true, facts: [] }),
  }
  const nobody: Ec2Reader = {
    instances: async () => ({ ok: false, why: 'of another account or region' }),
    images: async () => ({ ok: false, why: 'of another account or region' }),
    types: async () => ({ ok: false, why: 'of another account or region' }),
  }
  const isOwn = ({ accountId, region }: { accountId: string; region: string }): boolean =>
    accountId === ACCOUNT && region === REGION
  const ports: Ports = {
    policy,
    canStop: isOwn,
    stopsDisabled: false,
    now: world.now,
    passed: createPassedInstances(),
    hear: async () => undefined,
    types: { known: loadCatalogue, learn: () => undefined },
    ec2: place => (isOwn(place) ? reader : nobody),
    claim: (findings, claim) => claimFindings(findings, ledger, claim),
    rowsOf: resource => queryRows(ledger, resource),
    handOver: async () => true,
    publish: message => publishTo(sns, message),
    log: (level, message) => logged.push(`${level}: ${message}`),
    count: metric => counted.push(metric),
    countFindings: (rule, count) => counted.push(`${count} findings of ${rule}`),
  }
  const confirm: ConfirmPorts = {
    markAlerted: (marks, claimant) => markAlerted(ledger, marks, { claimant, at: world.now() }),
    markOutcomesAlerted: (marks, claimant) => markOutcomesAlerted(ledger, marks, { claimant, at: world.now() }),
    unmarkedOf: async marks => marks,
    hasTime: () => true,
    schedule: async ({ name, at, message }) => {
      world.scheduler.waiting.set(name, { name, at, body: JSON.stringify(message) })
    },
    log: () => undefined,
  }
  let sent = 0

  /** SNS brings the alerts back to Confirm. */
  const confirmAlerts = async (): Promise<void> => {
    for (const alert of world.sns.alerts.slice(confirmed)) await confirmAlert(alert, { isFirst: true }, confirm)
    confirmed = world.sns.alerts.length
  }

  /** Lets everything come due that was promised, and what Enforce asks Sweep to promise again. */
  const letTimePass = async (minutes = 60): Promise<void> => {
    await world.run(minutes)
    for (let request = world.requested.shift(); request !== undefined; request = world.requested.shift()) {
      await promiseLater(request, world, policy)
      await confirmAlerts()
      await world.run(minutes)
    }
  }

  /** EventBridge hands an event to Evaluate. Returns whether it was done. */
  const report = async (event: Json, count = 1): Promise<boolean> => {
    sent += 1
    const [record] = aBatch([JSON.stringify(event)], count).Records
    if (record === undefined) return false
    const message = { ...record, messageId: `report-${sent}`, receiptHandle: `report-${sent}-${count}` }
    const { batchItemFailures } = await processBatch({ Records: [message] }, ports)
    await confirmAlerts()
    return batchItemFailures.length === 0
  }

  /** The same as often as SQS delivers it before a person has to look. */
  const reportUntilDone = async (event: Json): Promise<void> => {
    for (let count = 1; count <= 5; count += 1) if (await report(event, count)) return
  }

  return {
    world,
    logged,
    counted,
    report: reportUntilDone,
    confirm: confirmAlerts,
    letTimePass,
    alerts: (): readonly Alert[] => world.sns.alerts,
    /** The ids of which an alert has said that they will be stopped. */
    promised: (): readonly string[] => [
      ...new Set(world.sns.alerts.flatMap(({ stops = [] }) => stops.flatMap(({ resources }) => resources))),
    ],
    stopped: (): readonly string[] => world.ec2.stops.map(({ id }) => id),
  }
}
export type Stage = ReturnType<typeof aStage>
