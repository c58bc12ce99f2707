/** Two seconds over all, on average: longer than any transaction, far shorter than any function may last. */
export const WRITE_ATTEMPTS = 8

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1_000

/** Waits before a write is tried again, for a random time, so that two who met do not meet again. `attempt` counts from 1. */
export const pauseAfterAttempt = (attempt: number): Promise<void> => {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1))
  return new Promise(resolve => setTimeout(resolve, Math.random() * longest))
}
