import type { Alert } from '../../shared/alert/alert.ts'
import type { ChannelMessage } from '../../shared/channels/message.ts'
import { EventError } from '../../shared/errors.ts'
import { addCodesToFindings } from '../../shared/reasons/earlier-words.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Our own functions published this, so that only the parts that are used here are checked.
const isAlert = (value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & Alert =>
  typeof value['id'] === 'string' &&
  Array.isArray(value['findings']) &&
  Array.isArray(value['told']) &&
  isObject(value['part']) &&
  typeof value['part']['number'] === 'number'

const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch (error) {
    throw new EventError(`not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Reads a message of the queue of a channel. Throws EventError for anything else, which will never be readable. */
export const readMessage = (body: string): ChannelMessage => {
  const value = parseJson(body)
  if (!isObject(value)) throw new EventError('neither an alert nor a release of scheduled deliveries')
  const { kind, channel, at } = value
  if (kind === 'flush' && typeof channel === 'string' && typeof at === 'string') return { kind, channel, at }
  if (!isAlert(value)) throw new EventError('neither an alert nor a release of scheduled deliveries')
  return { kind: 'alert', alert: { ...value, findings: addCodesToFindings(value.findings) } }
}
