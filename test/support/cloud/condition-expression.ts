/** DynamoDB's condition expressions, as far as virtguard writes them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Names = Readonly<Record<string, string>>
export type Values = Readonly<Record<string, AttributeValue>>
export type Given = { readonly names: Names; readonly values: Values }
type Item = Readonly<Record<string, AttributeValue>>
type Operand = AttributeValue | undefined

/** The parsed expressions: the same few are sent thousands of times. */
export const remembered = <T>(make: (expression: string) => T): ((expression: string) => T) => {
  const known = new Map<string, T>()
  return expression => {
    const seen = known.get(expression)
    if (seen !== undefined) return seen
    const made = make(expression)
    known.set(expression, made)
    return made
  }
}

/** The placeholders in an expression. */
export const valuesUsed = remembered((expression): readonly string[] => [
  ...new Set(expression.match(/[#:]\w+/g) ?? []),
])

const TOKENS = /\s*(<=|>=|<>|[=<>(),]|[#:\w]+)/y

const tokensOf = (expression: string): readonly string[] => {
  const tokens: string[] = []
  TOKENS.lastIndex = 0
  while (TOKENS.lastIndex < expression.trimEnd().length) {
    const match = TOKENS.exec(expression)
    if (match?.[1] === undefined) throw new Error(`cannot read the condition: ${expression}`)
    tokens.push(match[1])
  }
  return tokens
}

const isSame = (a: AttributeValue, b: AttributeValue): boolean => {
  if (a.S !== undefined || b.S !== undefined) return a.S === b.S
  return JSON.stringify(a) === JSON.stringify(b)
}

const compared = (operator: string, a: Operand, b: Operand): boolean => {
  if (a === undefined || b === undefined) return false
  if (operator === '=' || operator === '<>') return isSame(a, b) === (operator === '=')
  const [left, right] = a.N !== undefined && b.N !== undefined ? [Number(a.N), Number(b.N)] : [a.S, b.S]
  // DynamoDB compares values of one type only.
  if (left === undefined || right === undefined) return false
  if (operator === '<') return left < right
  if (operator === '>') return left > right
  return operator === '<=' ? left <= right : left >= right
}

const sizeOf = (value: Operand): Operand => {
  if (value?.L !== undefined) return { N: String(value.L.length) }
  return value?.S === undefined ? undefined : { N: String(value.S.length) }
}

type Reading<T> = (item: Item, given: Given) => T

/** A condition, read once. */
const conditionOf = remembered((expression): Reading<boolean> => {
  const tokens = tokensOf(expression)
  let at = 0
  const peek = (): string => (tokens[at] ?? '').toUpperCase()
  const next = (): string => {
    at += 1
    return tokens[at - 1] ?? ''
  }
  const expect = (token: string): void => {
    const got = next()
    if (got !== token) throw new Error(`expected ${token}, got ${got} in ${expression}`)
  }
  const attribute = (token: string): Reading<Operand> =>
    token.startsWith('#') ? (item, { names }) => item[names[token] ?? ''] : item => item[token]
  const operand = (): Reading<Operand> => {
    const token = next()
    if (token.startsWith(':')) return (_, { values }) => values[token]
    if (token !== 'size') return attribute(token)
    expect('(')
    const sized = attribute(next())
    expect(')')
    return (item, given) => sizeOf(sized(item, given))
  }
  const call = (name: string): Reading<boolean> => {
    expect('(')
    if (name.toLowerCase() === 'begins_with') {
      const text = operand()
      expect(',')
      const start = operand()
      expect(')')
      return (item, given) => {
        const [whole, begin] = [text(item, given)?.S, start(item, given)?.S]
        return whole !== undefined && begin !== undefined && whole.startsWith(begin)
      }
    }
    const there = attribute(next())
    expect(')')
    const wanted = name === 'attribute_exists'
    return (item, given) => (there(item, given) !== undefined) === wanted
  }
  const listed = (left: Reading<Operand>): Reading<boolean> => {
    expect('(')
    const all: Reading<Operand>[] = []
    do all.push(operand())
    while (next() === ',')
    return (item, given) => all.some(one => compared('=', left(item, given), one(item, given)))
  }
  const comparison = (): Reading<boolean> => {
    const left = operand()
    const operator = next()
    if (operator.toUpperCase() === 'IN') return listed(left)
    const right = operand()
    if (operator.toUpperCase() !== 'BETWEEN')
      return (item, given) => compared(operator, left(item, given), right(item, given))
    if (next().toUpperCase() !== 'AND') throw new Error(`BETWEEN without AND in ${expression}`)
    const last = operand()
    return (item, given) =>
      compared('>=', left(item, given), right(item, given)) && compared('<=', left(item, given), last(item, given))
  }
  const factor = (): Reading<boolean> => {
    if (peek() === '(') {
      next()
      const result = disjunction()
      expect(')')
      return result
    }
    return /^(ATTRIBUTE_(NOT_)?EXISTS|BEGINS_WITH)$/.test(peek()) ? call(next()) : comparison()
  }
  const joined = (word: string, part: () => Reading<boolean>): readonly Reading<boolean>[] => {
    const parts = [part()]
    while (peek() === word) {
      next()
      parts.push(part())
    }
    return parts
  }
  const conjunction = (): Reading<boolean> => {
    const parts = joined('AND', factor)
    return (item, given) => parts.every(part => part(item, given))
  }
  function disjunction(): Reading<boolean> {
    const parts = joined('OR', conjunction)
    return (item, given) => parts.some(part => part(item, given))
  }
  const result = disjunction()
  if (at !== tokens.length) throw new Error(`cannot read the rest of the condition: ${expression}`)
  return result
})

/** Whether an item meets a condition. */
export const holds = (expression: string, item: Item, given: Given): boolean => conditionOf(expression)(item, given)
