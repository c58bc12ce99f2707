import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { buildSettingsJsonSchema } from '../../shared/settings/json-schema.ts'
import { ACCEPTED, REFUSED } from './cases.ts'

// Strict: a keyword that ajv does not know, or one without effect, fails the compilation. A value of several types has a union.
const accepts = new Ajv({ strict: true, allowUnionTypes: true }).compile(buildSettingsJsonSchema())

describe('the JSON Schema of the settings', () => {
  test.each(Object.entries(ACCEPTED))('accepts what the reader accepts: %s', (_, text) => {
    accepts(parse(text))
    expect(accepts.errors).toBeNull()
  })

  test.each(Object.entries(REFUSED))('refuses what the reader refuses: %s', (_, [text]) => {
    expect(accepts(parse(text))).toBe(false)
  })

  test('describes every key', () => {
    const { properties } = buildSettingsJsonSchema() as { properties: Record<string, { description?: string }> }
    for (const [key, { description = '' }] of Object.entries(properties))
      expect(`${key}: ${description}`).toMatch(/\.$/)
  })

  test('has the keys that docs/settings.md lists, each with what holds without it', () => {
    const page = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8')
    const [, tables = ''] = /## Which rules([\s\S]*?)### Two stacks/.exec(page) ?? []
    const listed = [...tables.matchAll(/^\| `(\w+)` \| [^|]+ \|[^|]*\|$/gm)].map(([, key]) => key)
    const keys = Object.keys(Object(buildSettingsJsonSchema()).properties)
    expect(listed.sort()).toEqual(keys.sort())
  })

  test('has for each of its keys what a deployment in the tests shows', () => {
    const page = readFileSync(join(__dirname, '../../docs/settings.md'), 'utf8')
    const [, shown = ''] = page.split('## What the tests show')
    const [, company = ''] = /## The rules of your company([\s\S]*?)### Two stacks/.exec(page) ?? []
    const keys = [...company.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)
    expect(keys.length).toBeGreaterThan(10)
    expect(keys.filter(key => !shown.includes(`\`${key}\``))).toEqual([])
  })
})
