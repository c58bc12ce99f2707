import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

/** What is wrong with a document by a published schema; empty where nothing is. */
export const complaints = (name: 'asff' | 'ocsf-compliance-finding'): ((document: unknown) => readonly string[]) => {
  const text = readFileSync(join(__dirname, `../support/schemas/${name}.json`), 'utf8')
  const ajv = new Ajv({ allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(JSON.parse(text))
  return document =>
    validate(document) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** Every text in a document, keys included. */
export const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)])
}
