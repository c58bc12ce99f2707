import type { CST } from 'yaml'

const listTokens = (token: CST.Token): readonly CST.Token[] => {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value]
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [key, value].filter(child => child != null))
}

/**
 * Whether YAML tokens nest deeper than the limit. Level by level, because this guards against recursion: `yaml`
 * composes by recursion, and V8 aborts when it has to compile a regular expression with the stack almost used up.
 */
export const isNestedDeeperThan = (limit: number, tokens: readonly CST.Token[]): boolean => {
  let level = tokens
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap(listTokens)
  }
  return false
}
