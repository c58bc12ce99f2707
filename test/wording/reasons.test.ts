import { describe, expect, test } from '@jest/globals'
import type { Reason } from '../../shared/reasons/reason.ts'
import {
  describeCommonReason,
  describeOwner,
  describeReason,
  describeReasonInSentence,
  summarizeReason,
} from '../../shared/wording/reasons.ts'
import { REASONS } from '../support/reasons.ts'

test.each(REASONS.map(reason => [reason.code, reason] as const))('the code %s has words of its own', (_, reason) => {
  const words = describeReason(reason)
  expect(words).toMatch(/^\S.*\S$/s)
  expect(words).not.toMatch(/undefined|\[object/)
  expect(REASONS.filter(other => describeReason(other) === words)).toEqual([reason])
})

const spent = (until?: string): Reason => ({
  code: 'BUDGET_SPENT',
  args: { stops: 5, perSeconds: 600, ...(until !== undefined && { until }) },
})

describe('many reasons of one code', () => {
  test('are put into the words that all have', () => {
    expect(describeCommonReason([spent('08:20'), spent('08:25')])).toBe('the stop budget is spent: 5 stops in 10 min')
    expect(describeCommonReason([spent('08:20'), spent()])).toBe('the stop budget is spent: 5 stops in 10 min')
    expect(describeCommonReason([spent('08:20'), spent('08:20')])).toBe(
      'the stop budget is spent: 5 stops in 10 min; the next stop is possible at 08:20',
    )
    const other: Reason = { code: 'BUDGET_SPENT', args: { stops: 50, perSeconds: 600 } }
    expect(describeCommonReason([spent(), other])).toBe('the stop budget is spent')
  })

  test('have a gist for a title', () => {
    expect(summarizeReason('STOPS_DISABLED', 'words')).toBe('stops are switched off')
    expect(summarizeReason('RULE_OFF', 'words')).toBe('words')
    expect(summarizeReason(undefined, 'words')).toBe('words')
  })
})

describe('a reason as a sentence', () => {
  const said = (reason: Reason): string => describeReasonInSentence(reason, '')

  test('ends with one full stop', () => {
    expect(said({ code: 'TERMINATED' })).toBe('it is terminated.')
    expect(said({ code: 'RULE_PASSES' })).toBe('it was fixed: the rule passes now.')
  })

  test('quotes AWS, without what only a machine can read', () => {
    const message =
      'You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcZ'
    expect(said({ code: 'NOT_AUTHORIZED', args: { error: 'UnauthorizedOperation', message } })).toBe(
      'virtguard has no permission to stop it: "You are not authorized to perform this operation." (UnauthorizedOperation).',
    )
    expect(
      said({ code: 'EC2_REFUSED', args: { error: 'InvalidInstanceID.NotFound', message: 'It is\nnot there' } }),
    ).toBe('EC2 refused to stop it: "It is\nnot there" (InvalidInstanceID.NotFound).')
  })

  test('is what was stored if its code is not known', () => {
    expect(describeReasonInSentence({}, 'Later: nothing')).toBe('Later: nothing.')
    expect(describeReasonInSentence({ code: 'NOT_KEPT' }, 'Later: nothing!')).toBe('Later: nothing!')
  })
})

test('the words for the owner of an instance say who could have written it, if that is the launcher', () => {
  const tagged = {
    owner: 'KUBERNETES_CLUSTER',
    evidence: 'tag kubernetes.io/cluster/x',
    writtenBy: 'launcher',
  } as const
  expect(describeOwner(tagged)).toBe(
    'it belongs to a Kubernetes cluster according to the tag kubernetes.io/cluster/x, which the launcher can set',
  )
  expect(describeOwner({ owner: 'EC2_FLEET', evidence: 'tag aws:ec2:fleet-id', writtenBy: 'aws' })).toBe(
    'it belongs to an EC2 fleet',
  )
})
