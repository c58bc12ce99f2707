import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { UserError } from '../../shared/errors.ts'
import { parsePolicyFor } from '../../shared/policy/load.ts'
import { listPaths, replaceAt } from './broken.ts'
import { TEST_RULES, WHOLE } from './cases.ts'
import { ROUTED } from './channel-cases.ts'

const MATCH =
  '{ accountId: "1*", region: eu-*, instanceId: i-*, imageId: ami-*, instanceType: m1.*, autoScalingGroup: a, tags: { team: x } }'

// Every key that a policy file may have, with a value.
const EVERY_KEY: object = {
  ...parse(WHOLE),
  ...parse(ROUTED),
  preset: 'recommended@1',
  allowTagExemptions: true,
  exemptions: [{ rule: '*', match: parse(MATCH), reason: 'r', owner: 'o', expires: '2027-01-31' }],
  rules: {
    'paravirtual-instance': { mode: 'enforce', severity: 'HIGH' },
    'instance-family': { mode: 'observe', severity: 'HIGH', allow: ['m5'], deny: ['t1'] },
  },
  stop: {
    grace: '15m',
    budget: parse('{ stops: 5, per: 10m, then: wait }'),
    ownerTags: 'ignore',
    existing: true,
    resume: 'sweep',
  },
}

const WRONG = [null, true, 7.5, -1, '', ' x ', '::', [], {}, [null], [7.5], { a: 7.5 }]

const complain = (policy: object): readonly string[] => {
  try {
    parsePolicyFor(TEST_RULES, JSON.stringify(policy), 'p.yaml')
  } catch (error) {
    if (error instanceof UserError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('an error about a key of a policy file', () => {
  test('is not caused by the rest of the policy, which is accepted as a whole', () => {
    expect(complain(EVERY_KEY)).toEqual([])
  })

  test.each(listPaths(EVERY_KEY).map(path => [path.join('.'), path] as const))(
    'says what to write for %s',
    (_, path) => {
      const lines = WRONG.flatMap(value => complain(replaceAt(EVERY_KEY, path, value)))
      expect(lines).not.toEqual([])
      for (const line of lines) {
        expect(line).toMatch(/^p\.yaml:1:\d+ \S+: .*; \S/)
        expect(line).not.toMatch(/; .*(?:Invalid|Too |expected|undefined)/)
      }
    },
  )
})
