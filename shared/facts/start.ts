import { readActor } from './actor.ts'
import type { Ignored, Start } from './event.ts'
import { neededTextAt, type Part, partAt, setAt, textAt } from './fields.ts'
import type { CallRecord } from './record.ts'

const UP = new Set(['running', 'pending'])

/** To start an instance that runs succeeds, and changes nothing (EC2 API reference, StartInstances). */
const wasDown = (item: Part): boolean => {
  const previous = partAt(item, 'previousState')
  return !UP.has((previous && textAt(previous, 'name')) ?? '')
}

/** A StartInstances call that succeeded. Its response names the instances; where it was left out, the request does. */
export const readStart = ({ part, accountId, region, event }: CallRecord): Start | Ignored => {
  const response = partAt(part, 'responseElements') ?? partAt(part, 'requestParameters')
  const items = (response && setAt(response, 'instancesSet')) ?? []
  const instanceIds = items.filter(wasDown).map(item => neededTextAt(item, 'instanceId'))
  if (instanceIds.length === 0) return { kind: 'ignored', event, why: 'no instance that was down was started' }
  return { kind: 'start', accountId, region, event, actor: readActor(part), instanceIds }
}
