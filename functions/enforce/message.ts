import { EventError } from '../../shared/errors.ts'
import {
  createRootPart,
  createUnreadable,
  type Part,
  quote,
  readPart,
  readRequiredWholeText,
  readWholeText,
} from '../../shared/facts/fields.ts'
import { STATE_CHANGE } from '../../shared/facts/running.ts'
import { timeAt } from '../../shared/facts/time.ts'
import { type StopMessage, TRY_ROLES } from '../../shared/ledger/stop-message.ts'

/** A message, or one that is whole but not ours. `try-roles`: a schedule of the hub has the role for stops tried. */
export type Message = StopMessage | typeof TRY_ROLES | { readonly kind: 'ignored'; readonly why: string }

const readInstanceId = (part: Part, key: string): string => {
  const id = readRequiredWholeText(part, key)
  if (!/^i-[0-9a-f]{1,32}$/.test(id)) throw createUnreadable(part, key, 'an instance id', quote(id))
  return id
}

const countAt = (part: Part, key: string): number => {
  const value = part.value[key]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw createUnreadable(part, key, 'a whole number above 0', quote(String(value)))
}

const readStopped = (envelope: Part): Message => {
  const detail = readPart(envelope, 'detail')
  if (detail === undefined) throw createUnreadable(envelope, 'detail', 'an object', 'nothing')
  const state = readRequiredWholeText(detail, 'state')
  if (state !== 'stopped') return { kind: 'ignored', why: `an instance in state ${quote(state)}` }
  return {
    kind: 'stopped',
    accountId: readRequiredWholeText(envelope, 'account'),
    region: readRequiredWholeText(envelope, 'region'),
    instanceId: readInstanceId(detail, 'instance-id'),
    at: timeAt(envelope, 'time'),
  }
}

const parseBody = (body: string): Part => {
  try {
    return createRootPart(JSON.parse(body))
  } catch (error) {
    if (error instanceof SyntaxError) throw new EventError(`not JSON: ${error.message}`)
    throw error
  }
}

/** Reads a message of the queue of stops: our own, or EC2's notification. Throws EventError for anything else. */
export const readMessage = (body: string): Message => {
  const whole = parseBody(body)
  if (whole.value['detail-type'] === STATE_CHANGE) return readStopped(whole)
  const kind = readRequiredWholeText(whole, 'kind')
  if (kind === TRY_ROLES.kind) return TRY_ROLES
  const place = { accountId: readRequiredWholeText(whole, 'accountId'), region: readRequiredWholeText(whole, 'region') }
  if (kind === 'digest') return { kind, ...place }
  if (kind !== 'stop' && kind !== 'check')
    throw createUnreadable(whole, 'kind', 'stop, check, digest or try-roles', quote(kind))
  const instanceId = readInstanceId(whole, 'instanceId')
  const alert = readWholeText(whole, 'alert')
  return {
    kind,
    ...place,
    instanceId,
    due: timeAt(whole, 'due'),
    attempt: countAt(whole, 'attempt'),
    ...(alert !== undefined && { alert }),
  }
}
