/** EventBridge Scheduler: puts a message on a queue once, in its time. */
import { ConflictException, type SchedulerClient } from '@aws-sdk/client-scheduler'
import { type Calls, createClient, type Gate } from './calls.ts'
import { earliest, type Source } from './clock.ts'

export type Schedule = { readonly name: string; readonly at: Date; readonly body: string }

/** A name is free again a minute after its schedule went off. */
const NAME_KEPT_MS = 60_000

type Settings = {
  readonly now: () => Date
  readonly send: (body: string) => void
  readonly refuse?: Calls['refuse']
}

const refuseCall = (name: string): never => {
  throw new Error(`unexpected call: ${name}`)
}

export const createSchedules = ({ now, send, refuse = refuseCall }: Settings) => {
  const waiting = new Map<string, Schedule>()
  const firedAt = new Map<string, number>()

  /** Makes a schedule; false if there is one of that name. */
  const make = (schedule: Schedule): boolean => {
    const isKept = now().getTime() < (firedAt.get(schedule.name) ?? -Infinity) + NAME_KEPT_MS
    if (isKept || waiting.has(schedule.name)) return false
    waiting.set(schedule.name, schedule)
    return true
  }

  const client = (gate: Gate): SchedulerClient =>
    createClient(
      { gate, refuse },
      {
        CreateScheduleCommand: input => {
          const name = String(input['Name'])
          if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) refuse(`a schedule named ${name}`)
          const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(String(input['ScheduleExpression']))?.[1]
          if (at === undefined) refuse(`a schedule at ${input['ScheduleExpression']}`)
          const { Input } = input['Target'] as { Input: string }
          if (!make({ name, at: new Date(`${at}Z`), body: Input }))
            throw new ConflictException({ $metadata: {}, message: 'exists', Message: 'exists' })
          return { ScheduleArn: 'arn' }
        },
      },
    )

  const source: Source = {
    next: () => earliest([...waiting.values()].map(({ at }) => at.getTime())),
    go: () => {
      for (const { name, at, body } of waiting.values()) {
        if (at > now()) continue
        waiting.delete(name)
        firedAt.set(name, now().getTime())
        send(body)
      }
    },
  }
  return { waiting, make, client, source }
}
