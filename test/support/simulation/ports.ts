/** The ports of the functions, with each call waiting at the gate until the schedule lets it through. */
import type { ConfirmPorts } from '../../../functions/confirm/ports.ts'
import type { EnforcePorts } from '../../../functions/enforce/ports.ts'
import { stopLedger } from '../../../functions/enforce/stop-ledger.ts'
import type { Ec2Reader, Ports } from '../../../functions/evaluate/ports.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import type { Ledger } from '../../../shared/aws/ledger/ledger.ts'
import type { Gate } from '../cloud/calls.ts'
import type { inMemoryDynamo } from '../cloud/dynamodb.ts'
import { confirmPorts as confirming, evaluatePorts as evaluating, SILENT, TYPES } from '../cloud/functions.ts'
import { openLedger } from '../cloud/ledger.ts'
import type { simulatedEc2 } from './ec2.ts'
import { asDescribed } from './machine.ts'
import type { simulatedOperators } from './operators.ts'
import { AT_FIRST, policyOf } from './switches.ts'
import type { Read, StopCall } from './traffic.ts'

/** How old EC2's answers are, and how old the policy is that Evaluate and Sweep go by, in seconds. */
export type How = { readonly lag: number; readonly age: number }

export type Around = {
  readonly now: () => number
  readonly dynamo: ReturnType<typeof inMemoryDynamo>
  /** Called after each of its answers. */
  readonly watch: () => void
  readonly ec2: ReturnType<typeof simulatedEc2>
  readonly operators: ReturnType<typeof simulatedOperators>
  readonly schedule: (appointment: Parameters<EnforcePorts['schedule']>[0]) => void
  /** Puts a message on the queue of sweeps, for in so many seconds. */
  readonly sweepOn: (body: string, after: number) => void
  readonly publish: (message: SnsMessage) => void
  readonly note: (call: StopCall) => void
}

export const date = ({ now }: Around) => new Date(now() * 1000)

export const ledgerThrough = (gate: Gate, { dynamo, watch }: Around): Ledger =>
  openLedger(dynamo, (name, effect) =>
    gate(name, () => {
      const answer = effect()
      watch()
      return answer
    }),
  )

export const readerThrough = (gate: Gate, { ec2 }: Around, lag: number): Ec2Reader => ({
  instances: (by, values) =>
    gate('DescribeInstances', () => ({
      ok: true,
      facts: values
        .flatMap(value => (by === 'reservation-id' ? ec2.siblings(value, lag) : (ec2.describe(value, lag) ?? [])))
        .map(asDescribed),
    })),
  images: () => gate('DescribeImages', () => ({ ok: true, facts: [] })),
  types: () => gate('DescribeInstanceTypes', () => ({ ok: true, facts: [] })),
  templates: () => gate('DescribeLaunchTemplateVersions', () => ({ ok: true, facts: [] })),
})

export const evaluatePorts = (gate: Gate, around: Around, { lag, age }: How): Ports => {
  const known = around.operators.knownAt(around.now() - age)
  const reader = readerThrough(gate, around, lag)
  return {
    ...evaluating(ledgerThrough(gate, around)),
    policy: policyOf(known),
    stopsDisabled: known.stops === 'off',
    canStop: () => true,
    now: () => date(around),
    ec2: () => reader,
    publish: message => gate('Publish', () => around.publish(message)),
  }
}

export const confirmPorts = (gate: Gate, around: Around): ConfirmPorts =>
  confirming({
    ledger: ledgerThrough(gate, around),
    now: () => date(around),
    schedule: appointment => gate('CreateSchedule', () => around.schedule(appointment)),
  })

/** It keeps what it reads, so that a stop can be compared with it. */
export const enforcePorts = (gate: Gate, around: Around, { lag }: How): EnforcePorts => {
  const { ec2, operators, now, note } = around
  let read: Read = { facts: undefined, switches: undefined }
  const live = () => {
    const switches = operators.current()
    read = { ...read, switches }
    const { stops, valid } = switches
    return valid ? { policy: policyOf(switches), stops } : { stops, problem: 'it is not valid' }
  }
  const instance = (id: string) => {
    const facts = ec2.describe(id, lag)
    read = { ...read, facts }
    return facts
  }
  const stop = (id: string) => {
    const wasUp = ec2.machines.get(id)?.state === 'running'
    const answer = ec2.stop(id)
    note({ id, at: now(), took: wasUp && answer.kind === 'accepted', read })
    return answer
  }
  return {
    ...SILENT,
    types: TYPES,
    deployed: policyOf(AT_FIRST),
    now: () => date(around),
    live: () => gate('Query', live),
    ledger: stopLedger(ledgerThrough(gate, around)),
    ec2: {
      instance: id => gate('DescribeInstances', () => instance(id)),
      images: () => gate('DescribeImages', () => []),
      types: () => gate('DescribeInstanceTypes', () => []),
    },
    stop: id => gate('StopInstances', () => stop(id)),
    schedule: appointment => gate('CreateSchedule', () => around.schedule(appointment)),
    publish: message => gate('Publish', () => around.publish(message)),
    promiseAgain: message => gate('Publish', () => around.sweepOn(JSON.stringify(message), 0)),
  }
}
