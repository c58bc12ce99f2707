/**
 * One account under attack: the real Evaluate, Confirm and Enforce on one clock and one ledger, with an EC2 that reads
 * filters as EC2 does and holds instances of the attacker and of others.
 */
import type { Instance } from '@aws-sdk/client-ec2'
import { createNoReader } from '../../functions/evaluate/ec2-reader.ts'
import type { Ec2Reader, Ports } from '../../functions/evaluate/ports.ts'
import { processBatch } from '../../functions/evaluate/process-batch.ts'
import type { Alert } from '../../shared/alert/alert.ts'
import { describeInstances } from '../../shared/aws/ec2.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { idOf, POLICY } from '../functions/enforce/machines.ts'
import { aWorld } from '../functions/enforce/world.ts'
import { evaluatePorts } from '../support/cloud/functions.ts'
import { openLedger } from '../support/cloud/ledger.ts'
import { ACCOUNT, type Json, REGION } from '../support/record-shape.ts'
import { aBatch } from '../support/sqs.ts'
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
  const world = aWorld({ machines: fleet, policy, confirmSeconds: 0 })
  const logged: string[] = []
  const counted: string[] = []

  // Evaluate reads nothing of EC2 but instances: the catalogue knows the types, and the records say the rest.
  const client = world.ec2.client(world.aws.start().gate)
  const reader: Ec2Reader = {
    instances: async (by, values) => ({ ok: true, facts: await describeInstances(client, { name: by, values }) }),
    images: async () => ({ ok: true, facts: [] }),
    types: async () => ({ ok: true, facts: [] }),
    templates: async () => ({ ok: true, facts: [] }),
  }
  const isOwn = ({ accountId, region }: { accountId: string; region: string }): boolean =>
    accountId === ACCOUNT && region === REGION
  const ports: Ports = {
    ...evaluatePorts(openLedger(world.dynamo)),
    policy,
    canStop: isOwn,
    stopsDisabled: false,
    now: world.now,
    ec2: place => (isOwn(place) ? reader : createNoReader(place)),
    publish: world.ports.publish,
    log: (level, message) => logged.push(`${level}: ${message}`),
    count: metric => counted.push(metric),
    countFindings: (rule, count) => counted.push(`${count} findings of ${rule}`),
  }
  let sent = 0
  let isConfirmBehind = false

  /** Lets everything come due that was promised, and what Enforce asks Sweep to promise again. */
  const letTimePass = async (minutes = 60): Promise<void> => {
    await world.run(minutes)
    for (let request = world.requested.shift(); request !== undefined; request = world.requested.shift()) {
      await promiseLater(request, world, policy)
      await world.confirm()
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
    if (!isConfirmBehind) await world.confirm()
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
    /** One delivery of an event. Returns whether it was done. */
    deliver: report,
    /** Confirm has a backlog, until it is called. */
    fallBehind: () => {
      isConfirmBehind = true
    },
    confirm: world.confirm,
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
