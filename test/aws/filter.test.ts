import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildExactFilter, buildPatternFilter } from '../../shared/aws/filter.ts'
import { matchesPattern } from '../../shared/text/wildcard.ts'
import { selectedBy } from '../support/cloud/ec2-filters.ts'

// As a launcher may choose it: wildcards and escapes more often than chance would have them.
const text = fc.string({ unit: fc.constantFrom('*', '?', '\\', 'a', 'b', '-', '.'), minLength: 1, maxLength: 8 })

describe('an EC2 filter for exact values', () => {
  test('selects the value itself and nothing else, whatever is written in it', () => {
    fc.assert(
      fc.property(text, text, (value, other) => {
        expect(selectedBy(buildExactFilter('client-token', [value]), value)).toBe(true)
        expect(selectedBy(buildExactFilter('client-token', [value]), other)).toBe(value === other)
      }),
    )
  })

  test('is the one that EC2 documents for a literal', () => {
    expect(buildExactFilter('tag:x', [String.raw`*amazon?\ `])).toEqual({
      Name: 'tag:x',
      Values: [String.raw`\*amazon\?\\ `],
    })
  })
})

test('an EC2 filter by patterns selects all that the policy means', () => {
  fc.assert(
    fc.property(text, text, (pattern, value) => {
      if (matchesPattern(pattern, value))
        expect(selectedBy(buildPatternFilter('instance-type', [pattern]), value)).toBe(true)
    }),
  )
})

test('only one file builds EC2 filters, so that nobody forgets to escape', () => {
  const files = ['shared', 'functions', 'cli'].flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name)),
  )
  const writers = files.filter(
    name => name.endsWith('.ts') && /\bValues: |\bName: '[a-z-]+', /.test(readFileSync(name, 'utf8')),
  )
  expect(writers).toEqual(['shared/aws/filter.ts'])
})
