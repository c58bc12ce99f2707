import { interpretError } from '../../shared/aws/stop.ts'
import type { Reading } from '../../shared/engine/complete.ts'

/** A read that is denied is an answer, and stays one however often it is tried; every other error is thrown. */
export const readOrDeny = async <T>(read: () => Promise<readonly T[]>): Promise<Reading<T>> => {
  try {
    return { ok: true, facts: await read() }
  } catch (error) {
    const meaning = interpretError(error)
    if (meaning?.kind !== 'denied') throw error
    return { ok: false, why: `${meaning.error}: ${meaning.message}` }
  }
}
