import { expect } from '@jest/globals'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { Subject } from '../../shared/facts/facts.ts'
import type { Rule, RuleOptions, Verdict } from '../../shared/rules/rule.ts'

const defaultsOf = (rule: Rule): RuleOptions =>
  Object.fromEntries(Object.entries(rule.options).map(([name, option]) => [name, option.default]))

/** The verdict of a rule on a subject, with the built-in catalogue and, except for `options`, the rule's defaults. */
export const verdictOf = (rule: Rule, subject: Subject, options: RuleOptions = {}): Verdict =>
  rule.check(subject, loadCatalogue(), { ...defaultsOf(rule), ...options })

/** `PASSED`, the reasons of a failure, or the missing facts after a question mark: a verdict in one line of a table. */
export const inShort = (verdict: Verdict): string => {
  if (verdict.status === 'PASSED') return 'PASSED'
  if (verdict.status === 'FAILED') return verdict.reasons.join(' ')
  return `? ${verdict.missing.map(({ of, fact }) => `${of}.${fact}`).join(' ')}`
}

/** The message of a failure. Fails the test if there is none. */
export const messageOf = (verdict: Verdict): string => {
  expect(verdict.status).toBe('FAILED')
  return verdict.status === 'FAILED' ? verdict.message : ''
}
