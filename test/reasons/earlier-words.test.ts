import { describe, expect, test } from '@jest/globals'
import { addActionCode, addCodesToFindings, parseReasonWords } from '../../shared/reasons/earlier-words.ts'
import { ARGS, type Reason, readReason } from '../../shared/reasons/reason.ts'
import { aFinding, refusedFor } from '../support/findings.ts'
import { REASONS } from '../support/reasons.ts'
import { WORDS_WITHOUT_CODES } from './words-without-codes.ts'

// What the version without codes had no words for.
const isNew = ({ code, args }: Reason): boolean =>
  ['TEST', 'NOT_KEPT', 'REFUSED_CALL', 'STOP_ROLE_NOT_KNOWN', 'STOP_ROLE_REFUSED'].includes(code) ||
  (args !== undefined && ('evidence' in args || 'of' in args))

test('every code has a sample', () => {
  const sampled = new Set(REASONS.flatMap(({ code, args }) => (args === undefined ? [] : [code])))
  expect([...sampled].toSorted()).toEqual(Object.keys(ARGS).toSorted())
})

test('the words of the version without codes are kept for every reason that it had', () => {
  expect(WORDS_WITHOUT_CODES.map(([, reason]) => reason)).toEqual(REASONS.filter(reason => !isNew(reason)))
})

describe('a reason that a version without codes put into words', () => {
  test.each(WORDS_WITHOUT_CODES)('is recognized: %s', (words, reason) => {
    expect(parseReasonWords(words)).toEqual(reason)
  })

  test.each([
    ['it is gone', { code: 'DELETED' }],
    ['exempt: moves to HVM', { code: 'EXEMPT' }],
  ])('is recognized in words that are not used any more: %s', (words, reason) => {
    expect(parseReasonWords(words)).toEqual(reason)
  })

  test('has no code if the words are not ours', () => {
    for (const words of ['', 'i-0abc (m1.small) runs paravirtual (PV).', 'really, it is terminated'])
      expect(parseReasonWords(words)).toEqual({})
  })

  test('is read in findings that were kept without a code, and only there', () => {
    const { code, args, ...earlier } = aFinding().action
    const action = { ...earlier, reason: 'the rule observes; on enforce it would be stopped after 15 min' }
    const kept = JSON.parse(JSON.stringify({ ...aFinding(), action }))
    expect(addActionCode(kept)).toEqual({ ...aFinding(), action: { ...action, code, args } })
    const own = aFinding({ action: refusedFor('the rule is off now') })
    expect(addActionCode(own)).toBe(own)
  })

  test('is read in outcomes of alerts that waited for their channel', () => {
    const outcome = { state: 'STOPPED', at: '2026-11-24T08:16:02.123Z', why: 'virtguard stopped it' }
    const [finding] = addCodesToFindings([{ ...aFinding(), outcome }])
    expect(finding?.outcome).toEqual({ ...outcome, code: 'STOPPED_BY_VIRTGUARD' })
  })
})

describe('a reason that was stored', () => {
  test.each(REASONS.map(reason => [JSON.stringify(reason), reason] as const))('is read as it was: %s', (_, reason) => {
    const { code, args } = reason
    expect(readReason(code, args === undefined ? undefined : JSON.stringify(args))).toEqual(reason)
  })

  test('keeps its words if a version stored it that knows more codes', () => {
    expect(readReason('BRAND_NEW', undefined)).toEqual({})
    expect(readReason('BRAND_NEW', '{"a":1}')).toEqual({})
    expect(readReason('constructor', '{}')).toEqual({})
  })
})
