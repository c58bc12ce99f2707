/** DynamoDB's update expressions, as far as virtguard writes them: `SET #a = :b, … REMOVE #c, …`. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Given } from './condition-expression.ts'

type Item = Record<string, AttributeValue>

const APPEND = /^list_append\(if_not_exists\((#\w+), (:\w+)\), (:\w+)\)$/

/** The item as it is after an update. All values are taken from before it. */
export const changed = (expression: string, before: Item, { names, values }: Given): Item => {
  const match = /^SET (.+?)(?: REMOVE (.+))?$/.exec(expression)
  if (match?.[1] === undefined) throw new Error(`cannot read the update: ${expression}`)
  const after = structuredClone(before)
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
  for (const part of match[1].split(/, (?=#\w+ = )/)) {
    const [target = '', source = ''] = part.split(' = ')
    const name = nameOf(target)
    const append = APPEND.exec(source)
    if (append === null) after[name] = given(source)
    else {
      const list = before[names[append[1] ?? ''] ?? ''] ?? given(append[2] ?? '')
      after[name] = { L: [...(list.L ?? []), ...(given(append[3] ?? '').L ?? [])] }
    }
  }
  for (const removed of match[2]?.split(', ') ?? []) delete after[nameOf(removed)]
  return after
}
