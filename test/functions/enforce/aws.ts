/** EC2, SNS and EventBridge Scheduler as the SDK's clients show them: what is not expected is refused, and remembered. */
import type { EC2Client, Instance } from '@aws-sdk/client-ec2'
import { ConflictException, type SchedulerClient } from '@aws-sdk/client-scheduler'
import type { SNSClient } from '@aws-sdk/client-sns'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { Fault } from '../../support/cloud/faults.ts'

type Command = { readonly constructor: { readonly name: string }; readonly input: Readonly<Record<string, unknown>> }

/** An instance, and what is known of it besides its description. */
export type Machine = {
  described: Instance
  isProtected?: boolean
  spotRequest?: 'persistent' | 'one-time'
  /** When EC2 took a stop, in milliseconds. */
  stopTaken?: number
}

/** Every call to AWS goes through here, so that one can be refused, or its answer lost. */
export const aWire = (faultAt: (call: string, index: number) => Fault | undefined = () => undefined) => {
  const calls: string[] = []
  const unexpected: string[] = []
  const pass = async (call: () => object, name: string): Promise<object> => {
    const fault = faultAt(name, calls.length)
    calls.push(name)
    if (fault !== undefined && !fault.done) throw fault.error
    const answer = call()
    if (fault !== undefined) throw fault.error
    return answer
  }
  const refuse = (name: string): never => {
    unexpected.push(name)
    throw new Error(`unexpected call: ${name}`)
  }
  return { calls, unexpected, pass, refuse }
}
export type Wire = ReturnType<typeof aWire>

const clientOf = <T>(wire: Wire, answers: Readonly<Record<string, (input: Command['input']) => object>>): T =>
  ({
    send: ({ constructor: { name }, input }: Command) => {
      const answer = answers[name]
      return answer === undefined ? wire.refuse(name) : wire.pass(() => answer(input), name)
    },
  }) as T

const error = (name: string, message: string): Error => Object.assign(new Error(message), { name })

export const anEc2 = (machines: Map<string, Machine>, wire: Wire, now: () => Date) => {
  const stops: { readonly id: string; readonly at: Date }[] = []
  const attempts: string[][] = []
  const idsIn = (input: Command['input']): string[] =>
    (input['Filters'] as { Name: string; Values: string[] }[]).flatMap(({ Values }) => Values)
  const stop = (input: Command['input']): object => {
    const ids = input['InstanceIds'] as string[]
    const machine = machines.get(ids[0] ?? '')
    if (machine === undefined) throw error('InvalidInstanceID.NotFound', `The instance ID '${ids[0]}' does not exist`)
    const state = machine.described.State?.Name
    if (machine.isProtected) throw error('OperationNotPermitted', `The instance '${ids[0]}' may not be stopped.`)
    if (state === 'running') {
      stops.push({ id: ids[0] ?? '', at: now() })
      machine.stopTaken = now().getTime()
      machine.described = { ...machine.described, State: { Name: 'stopping' } }
    } else if (state !== 'stopping' && state !== 'stopped')
      throw error('IncorrectInstanceState', `Instance '${ids[0]}' cannot be stopped as it is ${state}.`)
    return { StoppingInstances: [{ InstanceId: ids[0], CurrentState: machine.described.State }] }
  }
  const client = clientOf<EC2Client>(wire, {
    DescribeInstancesCommand: input => {
      const Instances = idsIn(input).flatMap(id => machines.get(id)?.described ?? [])
      return { Reservations: Instances.length === 0 ? [] : [{ ReservationId: 'r-1', Instances }] }
    },
    DescribeInstanceAttributeCommand: input => {
      if (input['Attribute'] !== 'disableApiStop') wire.refuse(`DescribeInstanceAttribute ${input['Attribute']}`)
      return { DisableApiStop: { Value: machines.get(String(input['InstanceId']))?.isProtected ?? false } }
    },
    DescribeSpotInstanceRequestsCommand: input => {
      const Type = machines.get(idsIn(input)[0] ?? '')?.spotRequest
      return { SpotInstanceRequests: Type === undefined ? [] : [{ State: 'active', Type }] }
    },
    // EC2 knows neither the image nor the type any more.
    DescribeImagesCommand: () => ({ Images: [] }),
    DescribeInstanceTypesCommand: () => ({ InstanceTypes: [] }),
    StopInstancesCommand: input => {
      const { InstanceIds, ...options } = input
      attempts.push(InstanceIds as string[])
      if (Object.keys(options).length > 0) wire.refuse(`StopInstances with ${Object.keys(options)}`)
      return stop(input)
    },
  })
  return { client, stops, attempts }
}

export const anSns = (wire: Wire) => {
  const alerts: Alert[] = []
  const client = clientOf<SNSClient>(wire, {
    PublishCommand: input => {
      alerts.push(JSON.parse(JSON.parse(String(input['Message'])).default))
      return { MessageId: `sns-${alerts.length}` }
    },
  })
  return { client, alerts }
}

export type Schedule = { readonly name: string; readonly at: Date; readonly body: string }

export const aScheduler = (wire: Wire) => {
  const waiting = new Map<string, Schedule>()
  const client = clientOf<SchedulerClient>(wire, {
    CreateScheduleCommand: input => {
      const name = String(input['Name'])
      if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) wire.refuse(`a schedule named ${name}`)
      if (waiting.has(name)) throw new ConflictException({ $metadata: {}, message: 'exists', Message: 'exists' })
      const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(String(input['ScheduleExpression']))?.[1]
      if (at === undefined) wire.refuse(`a schedule at ${input['ScheduleExpression']}`)
      const { Input } = input['Target'] as { Input: string }
      waiting.set(name, { name, at: new Date(`${at}Z`), body: Input })
      return { ScheduleArn: 'arn' }
    },
  })
  return { client, waiting }
}
