import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { buildJsonSchema, buildPolicyJsonSchema } from '../../shared/policy/json-schema.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { ACCEPTED, REFUSED, TEST_RULES } from './cases.ts'
import { ACCEPTED_CHANNELS, REFUSED_CHANNELS } from './channel-cases.ts'

// Strict: a keyword that ajv does not know, or one without effect, fails the compilation. The format of a date is
// checked by the pattern beside it.
const accepts = new Ajv({ strict: true, validateFormats: false }).compile(buildJsonSchema(TEST_RULES))

describe('the JSON Schema of the policy file', () => {
  test.each(Object.entries({ ...ACCEPTED, ...ACCEPTED_CHANNELS }))('accepts what the loader accepts: %s', (_, text) => {
    accepts(parse(text))
    expect(accepts.errors).toBeNull()
  })

  test.each(Object.entries({ ...REFUSED, ...REFUSED_CHANNELS }))('refuses what the loader refuses: %s', (_, [text]) => {
    expect(accepts(parse(text))).toBe(false)
  })

  test('gives an editor a title, the rules with their words, and the defaults', () => {
    const schema = buildPolicyJsonSchema()
    expect(schema['$schema']).toBe('http://json-schema.org/draft-07/schema#')
    expect(schema['title']).toBe('virtguard policy')
    for (const { id, title, severity } of RULES) {
      expect(schema).toHaveProperty(
        ['properties', 'rules', 'properties', id, 'description'],
        expect.stringContaining(title),
      )
      expect(schema).toHaveProperty(
        ['properties', 'rules', 'properties', id, 'properties', 'severity', 'default'],
        severity,
      )
    }
    expect(schema).toHaveProperty('properties.stop.properties.grace.default', '15m')
  })

  test('describes every key', () => {
    const keys = keysIn(buildPolicyJsonSchema(), '')
    expect(keys.filter(({ schema }) => !/\S/.test(readDescription(schema))).map(({ path }) => path)).toEqual([])
    const paths = keys.map(({ path }) => path)
    for (const path of ['.channels.0.secret', '.routes[].quiet.from', '.exemptions[].match.region'])
      expect(paths).toContain(path)
  })
})

const readDescription = (schema: object): string =>
  'description' in schema && typeof schema.description === 'string' ? schema.description : ''

type Key = { readonly path: string; readonly schema: object }

function keysIn(schema: object, path: string): readonly Key[] {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, object>> }
  return Object.entries(properties).flatMap(([name, inner]) => [
    { path: `${path}.${name}`, schema: inner },
    ...keysIn(inner, `${path}.${name}`),
    ...itemsIn(inner, `${path}.${name}`),
  ])
}

// Of a list its items; of the channels by name each type.
function itemsIn(schema: object, path: string): readonly Key[] {
  const { items, additionalProperties } = schema as {
    items?: object
    additionalProperties?: { oneOf?: readonly object[] }
  }
  const variants = additionalProperties?.oneOf ?? []
  return [
    ...(items === undefined ? [] : keysIn(items, `${path}[]`)),
    ...variants.flatMap((variant, index) => keysIn(variant, `${path}.${index}`)),
  ]
}
