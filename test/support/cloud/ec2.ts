/** EC2 with instances that stop in their time, and its documented answers. It is asked through the SDK's client. */
import type { EC2Client, Instance } from '@aws-sdk/client-ec2'
import { aRunningNotification } from '../builders.ts'
import { ACCOUNT } from '../record-shape.ts'
import { type Calls, createClient, type Gate } from './calls.ts'
import { earliest, type Source } from './clock.ts'
import { describedBy } from './ec2-filters.ts'

/** An instance, and what is known of it besides its description. */
export type Machine = {
  described: Instance
  readonly reservationId?: string
  isProtected?: boolean
  spotRequest?: 'persistent' | 'one-time'
  /** When EC2 took a stop, in milliseconds. */
  stopTaken?: number
}

type Stopped = {
  readonly state: string | undefined
  readonly isProtected?: boolean | undefined
  readonly isOneTime?: boolean
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name })

/** The error with which EC2 refuses to stop an instance; none if it stops, or has stopped. */
export const findStopError = (id: string, machine: Stopped | undefined): Error | undefined => {
  if (machine === undefined) return named('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`)
  const { state, isProtected, isOneTime } = machine
  if (isProtected) return named('OperationNotPermitted', `The instance '${id}' may not be stopped.`)
  if (isOneTime) return named('UnsupportedOperation', `You can't stop the Spot Instance '${id}'`)
  if (state === 'running' || state === 'stopping' || state === 'stopped') return undefined
  return named('IncorrectInstanceState', `Instance '${id}' cannot be stopped as it is ${state}.`)
}

type Settings = {
  readonly machines: Map<string, Machine>
  readonly now: () => Date
  readonly refuse: Calls['refuse']
  /** How long an instance takes to stop; never, if undefined is given. */
  readonly stopSeconds?: number | undefined
  /** Takes EC2's notification of a stopped instance. */
  readonly notify?: (body: string) => void
}

const idsOf = (input: Readonly<Record<string, unknown>>): readonly string[] => input['InstanceIds'] as string[]
const idOfFilter = (input: Readonly<Record<string, unknown>>): string =>
  (input['Filters'] as { Values: string[] }[])[0]?.Values[0] ?? ''

export const createEc2 = ({ machines, now, refuse, stopSeconds, notify = () => undefined }: Settings) => {
  const stops: { readonly id: string; readonly at: Date }[] = []
  const attempts: (readonly string[])[] = []

  const stop = (id = ''): object => {
    const machine = machines.get(id)
    const error = findStopError(id, machine && { ...machine, state: machine.described.State?.Name })
    if (machine === undefined || error !== undefined) throw error
    if (machine.described.State?.Name === 'running') {
      stops.push({ id, at: now() })
      machine.stopTaken = now().getTime()
      machine.described = { ...machine.described, State: { Name: 'stopping' } }
    }
    return { StoppingInstances: [{ InstanceId: id, CurrentState: machine.described.State }] }
  }

  const reservations = () =>
    [...machines.values()].map(({ described, reservationId = 'r-1' }) => ({
      ReservationId: reservationId,
      OwnerId: ACCOUNT,
      Instances: [described],
    }))

  const client = (gate: Gate): EC2Client =>
    createClient(
      { gate, refuse },
      {
        DescribeInstancesCommand: input => describedBy(reservations())(input),
        DescribeInstanceAttributeCommand: input => {
          if (input['Attribute'] !== 'disableApiStop') refuse(`DescribeInstanceAttribute ${input['Attribute']}`)
          return { DisableApiStop: { Value: machines.get(String(input['InstanceId']))?.isProtected ?? false } }
        },
        DescribeSpotInstanceRequestsCommand: input => {
          const Type = machines.get(idOfFilter(input))?.spotRequest
          return { SpotInstanceRequests: Type === undefined ? [] : [{ State: 'active', Type }] }
        },
        // EC2 knows neither the image nor the type any more.
        DescribeImagesCommand: () => ({ Images: [] }),
        DescribeInstanceTypesCommand: () => ({ InstanceTypes: [] }),
        StopInstancesCommand: input => {
          const { InstanceIds: _ids, ...options } = input
          attempts.push(idsOf(input))
          if (Object.keys(options).length > 0) refuse(`StopInstances with ${Object.keys(options)}`)
          return stop(idsOf(input)[0])
        },
      },
    )

  const stopping = () =>
    [...machines].flatMap(([id, machine]) =>
      machine.described.State?.Name === 'stopping' && stopSeconds !== undefined
        ? [{ id, machine, at: (machine.stopTaken ?? 0) + stopSeconds * 1000 }]
        : [],
    )

  const source: Source = {
    next: () => earliest(stopping().map(({ at }) => at)),
    go: () => {
      for (const { id, machine } of stopping().filter(({ at }) => at <= now().getTime())) {
        machine.described = { ...machine.described, State: { Name: 'stopped' } }
        const time = now().toISOString().replace(/\.\d+/, '')
        notify(JSON.stringify(aRunningNotification({ instanceId: id, state: 'stopped', time })))
      }
    },
  }
  return { client, stops, attempts, source }
}
