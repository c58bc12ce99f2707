import { EventError } from '../../shared/errors.ts'
import { readEvent } from '../../shared/facts/read-event.ts'

/** What is wrong with an event; undefined if it can be read. Any error but an EventError is a bug and passes through. */
export const complaint = (json: unknown): string | undefined => {
  try {
    readEvent(json)
    return undefined
  } catch (error) {
    if (error instanceof EventError) return error.message
    throw error
  }
}
