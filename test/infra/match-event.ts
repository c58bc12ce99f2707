type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const wildcard = (pattern: string, text: string): boolean => {
  const parts = pattern.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}

/** What one matcher of a list says of the values that a field has: none where it is absent, several where it is an array. */
const matches = (matcher: unknown, values: readonly unknown[]): boolean => {
  if (!isObject(matcher)) return values.includes(matcher)
  const [[name, argument], ...more] = Object.entries(matcher) as [[string, unknown], ...unknown[]]
  if (more.length > 0) throw new Error(`a matcher with two names: ${JSON.stringify(matcher)}`)
  const text = (test: (value: string) => boolean) => values.some(value => typeof value === 'string' && test(value))
  switch (name) {
    case 'exists':
      return values.length > 0 === argument
    case 'prefix':
      return text(value => value.startsWith(String(argument)))
    case 'wildcard':
      return text(value => wildcard(String(argument), value))
    default:
      throw new Error(`a matcher that this engine does not know: ${name}`)
  }
}

/**
 * Whether an EventBridge pattern lets an event through, for the matchers that we use; it throws at any other. An array
 * in the event stands for each of its members, objects included, as on AWS. The cloud tests ask a second engine.
 */
export const matchesPattern = (pattern: Json, event: Json): boolean =>
  Object.entries(pattern).every(([key, expected]) => {
    const value = event[key]
    const values = Array.isArray(value) ? value : value === undefined ? [] : [value]
    if (Array.isArray(expected))
      return expected.some(matcher =>
        matches(
          matcher,
          values.filter(v => !isObject(v)),
        ),
      )
    if (!isObject(expected)) throw new Error(`a pattern's ${key} is neither a list nor an object`)
    return values.some(member => isObject(member) && matchesPattern(expected, member))
  })
