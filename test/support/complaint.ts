import { EventError } from '../../shared/errors.ts'
import { readEvent } from '../../shared/facts/read-event.ts'

/**
 * The error in an event, be it the whole or one of its facts. Undefined if all can be read. Any error but an EventError
 * is a bug and passes through.
 */
export const complaint = (json: unknown): string | undefined => {
  try {
    const event = readEvent(json)
    return event.kind === 'ignored' ? undefined : event.misread?.[0]
  } catch (error) {
    if (error instanceof EventError) return error.message
    throw error
  }
}
