import { readActor } from './actor.ts'
import type { Ignored, Start } from './event.ts'
import { type Part, readFact, readPart, readRequiredText, readText, setAt } from './fields.ts'
import type { CallRecord } from './record.ts'

const UP = new Set(['running', 'pending'])

const findStateBefore = (item: Part): string | undefined => {
  const previous = readPart(item, 'previousState')
  return previous && readText(previous, 'name')
}

/**
 * A StartInstances call that succeeded. Its response names the instances, or else its request does. A start of an
 * instance that runs succeeds, and changes nothing (EC2 API reference, StartInstances).
 */
export const readStart = ({ part, accountId, region, event }: CallRecord): Start | Ignored => {
  const response = readPart(part, 'responseElements') ?? readPart(part, 'requestParameters')
  const items = (response && setAt(response, 'instancesSet')) ?? []
  const started = items
    .map(item => ({ before: readFact(item, () => findStateBefore(item)), id: readRequiredText(item, 'instanceId') }))
    .filter(({ before }) => before === undefined || !UP.has(before))
  if (started.length === 0) return { kind: 'ignored', event, why: 'no instance that was down was started' }
  const unproven = started.filter(({ before }) => before === undefined).map(({ id }) => id)
  return {
    kind: 'start',
    accountId,
    region,
    event,
    actor: readActor(part),
    instanceIds: started.map(({ id }) => id),
    ...(unproven.length > 0 && { unproven }),
  }
}
