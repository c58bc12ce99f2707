import { EventError } from '../../shared/errors.ts'
import { neededTextAt, type Part, partAt, quote, textAt, unreadable, wholePart } from '../../shared/facts/fields.ts'
import { STATE_CHANGE } from '../../shared/facts/running.ts'
import { timeAt } from '../../shared/facts/time.ts'
import type { StopMessage } from '../../shared/ledger/stop-message.ts'

/** A message, or one that is whole but not ours. */
export type Message = StopMessage | { readonly kind: 'ignored'; readonly why: string }

const instanceIdAt = (part: Part, key: string): string => {
  const id = neededTextAt(part, key)
  if (!/^i-[0-9a-f]{1,32}$/.test(id)) throw unreadable(part, key, 'an instance id', quote(id))
  return id
}

const countAt = (part: Part, key: string): number => {
  const value = part.value[key]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw unreadable(part, key, 'a whole number above 0', quote(String(value)))
}

const stoppedIn = (envelope: Part): Message => {
  const detail = partAt(envelope, 'detail')
  if (detail === undefined) throw unreadable(envelope, 'detail', 'an object', 'nothing')
  const state = neededTextAt(detail, 'state')
  if (state !== 'stopped') return { kind: 'ignored', why: `an instance in state ${quote(state)}` }
  return {
    kind: 'stopped',
    accountId: neededTextAt(envelope, 'account'),
    region: neededTextAt(envelope, 'region'),
    instanceId: instanceIdAt(detail, 'instance-id'),
    at: timeAt(envelope, 'time'),
  }
}

const parsed = (body: string): Part => {
  try {
    return wholePart(JSON.parse(body))
  } catch (error) {
    if (error instanceof SyntaxError) throw new EventError(`not JSON: ${error.message}`)
    throw error
  }
}

/** Reads a message of the queue of stops: our own, or EC2's notification. Throws EventError for anything else. */
export const readMessage = (body: string): Message => {
  const whole = parsed(body)
  if (whole.value['detail-type'] === STATE_CHANGE) return stoppedIn(whole)
  const kind = neededTextAt(whole, 'kind')
  const place = { accountId: neededTextAt(whole, 'accountId'), region: neededTextAt(whole, 'region') }
  if (kind === 'digest') return { kind, ...place }
  if (kind !== 'stop' && kind !== 'check') throw unreadable(whole, 'kind', 'stop, check or digest', quote(kind))
  const instanceId = instanceIdAt(whole, 'instanceId')
  const alert = textAt(whole, 'alert')
  return {
    kind,
    ...place,
    instanceId,
    due: timeAt(whole, 'due'),
    attempt: countAt(whole, 'attempt'),
    ...(alert !== undefined && { alert }),
  }
}
