/** DynamoDB's condition expressions, as far as virtguard writes them. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Names = Readonly<Record<string, string>>
export type Values = Readonly<Record<string, AttributeValue>>
export type Given = { readonly names: Names; readonly values: Values }
type Item = Readonly<Record<string, AttributeValue>>
type Operand = AttributeValue | undefined

/** The placeholders in an expression. */
export const valuesUsed = (expression: string): string[] => [...new Set(expression.match(/[#:]\w+/g) ?? [])]

const TOKENS = /\s*(<=|>=|<>|[=<>(),]|[#:\w]+)/y

// A query asks the same of every item.
const known = new Map<string, readonly string[]>()

const tokensOf = (expression: string): readonly string[] => {
  const seen = known.get(expression)
  if (seen !== undefined) return seen
  const tokens: string[] = []
  TOKENS.lastIndex = 0
  while (TOKENS.lastIndex < expression.trimEnd().length) {
    const match = TOKENS.exec(expression)
    if (match?.[1] === undefined) throw new Error(`cannot read the condition: ${expression}`)
    tokens.push(match[1])
  }
  known.set(expression, tokens)
  return tokens
}

const compared = (operator: string, a: Operand, b: Operand): boolean => {
  if (a === undefined || b === undefined) return false
  const equal = JSON.stringify(a) === JSON.stringify(b)
  if (operator === '=' || operator === '<>') return equal === (operator === '=')
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

/** Whether an item meets a condition. */
export const holds = (expression: string, item: Item, { names, values }: Given): boolean => {
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
  const nameOf = (token: string): string => (token.startsWith('#') ? (names[token] ?? '') : token)
  const operand = (): Operand => {
    const token = next()
    if (token.startsWith(':')) return values[token]
    if (token !== 'size') return item[nameOf(token)]
    expect('(')
    const value = sizeOf(item[nameOf(next())])
    expect(')')
    return value
  }
  const call = (name: string): boolean => {
    expect('(')
    if (name.toLowerCase() === 'begins_with') {
      const text = operand()?.S
      expect(',')
      const start = operand()?.S
      expect(')')
      return text !== undefined && start !== undefined && text.startsWith(start)
    }
    const there = item[nameOf(next())] !== undefined
    expect(')')
    return name === 'attribute_exists' ? there : !there
  }
  const comparison = (): boolean => {
    const left = operand()
    const operator = next()
    if (operator.toUpperCase() === 'BETWEEN') {
      const first = operand()
      if (next().toUpperCase() !== 'AND') throw new Error(`BETWEEN without AND in ${expression}`)
      return [compared('>=', left, first), compared('<=', left, operand())].every(Boolean)
    }
    if (operator.toUpperCase() !== 'IN') return compared(operator, left, operand())
    expect('(')
    let found = false
    do found = compared('=', left, operand()) || found
    while (next() === ',')
    return found
  }
  const factor = (): boolean => {
    if (peek() === '(') {
      next()
      const result = disjunction()
      expect(')')
      return result
    }
    return /^(ATTRIBUTE_(NOT_)?EXISTS|BEGINS_WITH)$/.test(peek()) ? call(next()) : comparison()
  }
  const conjunction = (): boolean => {
    let result = factor()
    while (peek() === 'AND') {
      next()
      result = factor() && result
    }
    return result
  }
  function disjunction(): boolean {
    let result = conjunction()
    while (peek() === 'OR') {
      next()
      result = conjunction() || result
    }
    return result
  }
  const result = disjunction()
  if (at !== tokens.length) throw new Error(`cannot read the rest of the condition: ${expression}`)
  return result
}
