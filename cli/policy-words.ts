import { expiredExemptions } from '../shared/policy/exempt.ts'
import type { Mode, Policy } from '../shared/policy/policy.ts'
import { plain } from '../shared/text/untrusted.ts'
import type { Io } from './io.ts'
import { sayLine } from './report.ts'

const rulesIn = ({ rules }: Policy, mode: Mode): readonly string[] =>
  Object.keys(rules).filter(id => rules[id]?.mode === mode)

/** A valid policy in one line: what is on, what is off, how many exemptions count. */
export const policyInWords = (file: string, policy: Policy, now: Date): string => {
  const expired = expiredExemptions(policy, now).length
  const modes = (['enforce', 'observe', 'off'] as const).flatMap(mode => {
    const rules = rulesIn(policy, mode)
    return rules.length === 0 ? [] : [`${mode}: ${rules.join(', ')}`]
  })
  const exemptions = `${policy.exemptions.length - expired} exemption${policy.exemptions.length - expired === 1 ? '' : 's'}`
  return `${plain(file)}: valid; ${[...modes, exemptions].join('; ')}`
}

/** A warning for each exemption that has expired: it no longer counts. */
export const sayExpired = (io: Io, file: string, policy: Policy): void => {
  for (const { rule, owner, expires, reason } of expiredExemptions(policy, io.now())) {
    const which = rule === '*' ? 'all rules' : rule
    sayLine(
      io.err,
      `${file}: the exemption from ${which} of ${owner} (${reason}) expired on ${expires}; renew it or remove it`,
    )
  }
}
