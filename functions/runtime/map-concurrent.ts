// DynamoDB takes far more: a launch of a thousand instances is marked within a few seconds.
const AT_ONCE = 25

/**
 * Applies a function to many items, some at a time, and returns the answers in their order. Throws what the function
 * throws.
 */
export const mapConcurrent = async <T, R>(
  things: readonly T[],
  work: (thing: T) => Promise<R>,
): Promise<readonly R[]> => {
  const answers: R[] = []
  for (let start = 0; start < things.length; start += AT_ONCE)
    answers.push(...(await Promise.all(things.slice(start, start + AT_ONCE).map(work))))
  return answers
}
