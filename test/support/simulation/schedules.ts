/** EventBridge Scheduler: puts a message on the queue once, in its time. */
import type { EnforcePorts } from '../../../functions/enforce/ports.ts'

type Schedule = { readonly at: number; readonly body: string; firedAt?: number }

const SOONEST_SECONDS = 15
/** A name is free again a minute after its schedule went off. */
const NAME_KEPT_SECONDS = 60

export const simulatedSchedules = (now: () => number, send: (body: string) => void) => {
  const schedules = new Map<string, Schedule>()
  return {
    make: ({ name, at, message }: Parameters<EnforcePorts['schedule']>[0]): void => {
      const before = schedules.get(name)
      const isThere =
        before !== undefined && (before.firedAt === undefined || now() < before.firedAt + NAME_KEPT_SECONDS)
      if (isThere) return
      schedules.set(name, { at: Math.max(at.getTime() / 1000, now() + SOONEST_SECONDS), body: JSON.stringify(message) })
    },
    fire: (): void => {
      for (const one of schedules.values()) {
        if (one.firedAt !== undefined || one.at > now()) continue
        one.firedAt = now()
        send(one.body)
      }
    },
    next: (): number =>
      Math.min(...[...schedules.values()].flatMap(({ at, firedAt }) => (firedAt === undefined ? [at] : []))),
  }
}
