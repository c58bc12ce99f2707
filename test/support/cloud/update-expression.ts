/** DynamoDB's update expressions, as far as virtguard writes them: `SET #a = :b, … REMOVE #c, …`. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { type Given, remembered } from './condition-expression.ts'

type Item = Record<string, AttributeValue>
type Assignment = {
  readonly target: string
  readonly source: string
  readonly joins?: readonly [string, string, string]
  /** An attribute that keeps its value if it has one, and gets this one otherwise. */
  readonly keep?: readonly [string, string]
}

const ADD = /^if_not_exists\((#\w+), (:\w+)\) \+ (:\w+)$/
const APPEND = /^list_append\(if_not_exists\((#\w+), (:\w+)\), (:\w+)\)$/

const KEEP = /^if_not_exists\((#\w+), (:\w+)\)$/

const setOf = (part: string): Assignment => {
  const [target = '', source = ''] = part.split(' = ')
  const [, own = '', none = '', more = ''] = APPEND.exec(source) ?? ADD.exec(source) ?? []
  const [, kept = '', first = ''] = KEEP.exec(source) ?? []
  return {
    target,
    source,
    ...(own !== '' && { joins: [own, none, more] as const }),
    ...(kept !== '' && { keep: [kept, first] as const }),
  }
}

/** Two lists as one, or the sum of two numbers. */
const joined = (one: AttributeValue, other: AttributeValue): AttributeValue =>
  one.L === undefined ? { N: String(Number(one.N) + Number(other.N)) } : { L: [...one.L, ...(other.L ?? [])] }

const updateOf = remembered(expression => {
  const match = /^SET (.+?)(?: REMOVE (.+))?$/.exec(expression)
  if (match?.[1] === undefined) throw new Error(`cannot read the update: ${expression}`)
  return { sets: match[1].split(/, (?=#\w+ = )/).map(setOf), removes: match[2]?.split(', ') ?? [] }
})

/** The item as it is after an update. All values are taken from before it. */
export const changed = (expression: string, before: Item, { names, values }: Given): Item => {
  const { sets, removes } = updateOf(expression)
  const after = { ...before }
  const touched = new Set<string>()
  const nameOf = (placeholder: string): string => {
    const name = names[placeholder]
    if (name === undefined || touched.has(name)) throw new Error(`ValidationException: ${placeholder} in ${expression}`)
    touched.add(name)
    return name
  }
  const given = (placeholder: string): AttributeValue => {
    const value = values[placeholder]
    if (value === undefined) throw new Error(`ValidationException: ${placeholder} in ${expression}`)
    return value
  }
  const kept = ([name, first]: readonly [string, string]): AttributeValue => before[names[name] ?? ''] ?? given(first)
  for (const { target, source, joins, keep } of sets) {
    const name = nameOf(target)
    if (joins === undefined) after[name] = keep === undefined ? given(source) : kept(keep)
    else {
      const [own, none, more] = joins
      after[name] = joined(before[names[own] ?? ''] ?? given(none), given(more))
    }
  }
  for (const removed of removes) delete after[nameOf(removed)]
  return after
}
