import { expect, test } from '@jest/globals'
import { parsePolicy } from '../../shared/policy/load.ts'

const load = (text: string) => () => parsePolicy(`version: 1\n${text}\n`, 'policy.yaml')
const EXPIRES = '2027-01-31'
const exempt = (match: string, expires = EXPIRES): string =>
  `allowTagExemptions: true\nexemptions: [{ rule: "*", match: ${match}, reason: old, owner: web, expires: ${expires} }]`

test('what a policy leaves out of its stops is what most want: refused beyond the budget, owners trusted, nothing late', () => {
  const { stop } = load('stop: {}')()
  expect(stop.budget).toEqual({ stops: 5, perSeconds: 600 })
  for (const key of ['ownerTags', 'existing', 'resume']) expect(stop).not.toHaveProperty(key)
  expect(load('')().stop).toEqual(stop)
})

test.each(['a123456789012', '1234567890123', '12345678901', '123456789012 '])(
  'an account is named by its id, and "%s" is none',
  id => {
    expect(load(`accountNames: { "${id}": web }`)).toThrow(/accountNames/)
  },
)

test.each(['', '   ', 'x'.repeat(51)])('an account has a name of at most 50 characters, and "%s" is none', name => {
  expect(load(`accountNames: { "123456789012": "${name}" }`)).toThrow(/accountNames/)
})

test.each([
  'the recommended@1',
  'recommended@1.5',
  'recommended@0',
  'recommended@12345',
  'recommended@',
  'recommended',
])('a preset has a version, and "%s" has none', preset => {
  expect(load(`preset: "${preset}"`)).toThrow(/recommended@1/)
})

test('an exemption by tag is refused unless the policy allows it', () => {
  expect(load(exempt('{ tags: { team: "web" } }').replace('true', 'false'))).toThrow(/allowTagExemptions: true/)
  expect(load(exempt('{ tags: { team: "web" } }').replace('allowTagExemptions: true\n', ''))).toThrow(
    /allowTagExemptions: true/,
  )
})

test.each(['*', 'te*m', 'team*', '?eam'])('the key of a tag has no wildcard: "%s" is refused', key => {
  expect(load(exempt(`{ tags: { "${key}": "web" } }`))).toThrow(/tag/)
  expect(load(exempt('{ tags: { team: "w*" } }'))).not.toThrow()
})

test.each(['x2027-01-31', '2027-01-31x', '2027-1-31', '2027-02-30', '2027-01-31T00:00:00Z'])(
  'an exemption ends on a day, and "%s" is none',
  expires => {
    expect(load(exempt('{ instanceId: "i-0123456789abcdef0" }', `"${expires}"`))).toThrow(/expires/)
  },
)
