import type { ImageFacts } from './facts.ts'
import { type Part, readFact, readPart, readText } from './fields.ts'

/** The text of the first of these keys that has one. Undefined, too, if it has a wrong type. */
export const readOne = (part: Part | undefined, ...keys: readonly string[]): string | undefined => {
  for (const key of keys) {
    const value = part && readFact(part, () => readText(part, key))
    if (value !== undefined && value !== '') return value
  }
  return undefined
}

/** A version is a number in records of today. */
export const readVersion = (part: Part | undefined, key: string): string | undefined => {
  const value = part?.value[key]
  if (typeof value === 'number') return `${value}`
  return part === undefined || typeof value !== 'string' ? undefined : readText(part, key)
}

export const readChild = (part: Part | undefined, key: string): Part | undefined =>
  part && readFact(part, () => readPart(part, key))

/** A parameter of Systems Manager stands for an image that is chosen at the launch. */
export const readImage = (text: string | undefined): ImageFacts =>
  text !== undefined && /^ami-\w{1,32}$/.test(text) ? { imageId: text } : {}
