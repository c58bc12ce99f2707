import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { jsonSchemaFor, policyJsonSchema } from '../../shared/policy/json-schema.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { ACCEPTED, REFUSED, TEST_RULES } from './cases.ts'

// Strict: a keyword that ajv does not know, or one without effect, fails the compilation. The format of a date is
// checked by the pattern beside it.
const accepts = new Ajv({ strict: true, validateFormats: false }).compile(jsonSchemaFor(TEST_RULES))

describe('the JSON Schema of the policy file', () => {
  test.each(Object.entries(ACCEPTED))('accepts what the loader accepts: %s', (_, text) => {
    accepts(parse(text))
    expect(accepts.errors).toBeNull()
  })

  test.each(Object.entries(REFUSED))('refuses what the loader refuses: %s', (_, [text]) => {
    expect(accepts(parse(text))).toBe(false)
  })

  test('gives an editor a title, the rules with their words, and the defaults', () => {
    const schema = policyJsonSchema()
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
    const bare: string[] = []
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null || !('properties' in node)) return
      for (const [key, child] of Object.entries(node.properties as Record<string, object>)) {
        if (!('description' in child)) bare.push(`${path}.${key}`)
        visit(child, `${path}.${key}`)
        if ('items' in child) visit(child.items, `${path}.${key}[]`)
      }
    }
    visit(policyJsonSchema(), '')
    expect(bare).toEqual([])
  })
})
