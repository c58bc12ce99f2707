import { UserError } from '../../shared/errors.ts'
import { listExpiredExemptions } from '../../shared/policy/exempt.ts'
import type { Mode, Policy } from '../../shared/policy/policy.ts'
import { findUnrouted, findUnseenStops } from '../../shared/routing/unrouted.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { readPolicyFile } from './policy-file.ts'

const listRulesIn = ({ rules }: Policy, mode: Mode): readonly string[] =>
  Object.keys(rules).filter(id => rules[id]?.mode === mode)

const describeOverrides = ({ organization, overrides = [] }: Policy): readonly string[] => [
  ...(organization === undefined ? [] : ['some accounts and regions']),
  ...(overrides.length === 0 ? [] : [`${overrides.length} override${overrides.length === 1 ? '' : 's'}`]),
]

const describeChannels = ({ channels, routes = [] }: Policy): readonly string[] => {
  if (channels === undefined) return []
  const names = `channels: ${Object.keys(channels).join(', ')}`
  return [names, routes.length === 0 ? 'no routes' : `${routes.length} route${routes.length === 1 ? '' : 's'}`]
}

/** A valid policy in one line: what is on, what is off, how many exemptions apply. */
export const describePolicy = (file: string, policy: Policy, now: Date): string => {
  const expired = listExpiredExemptions(policy, now).length
  const modes = (['enforce', 'observe', 'off'] as const).flatMap(mode => {
    const rules = listRulesIn(policy, mode)
    return rules.length === 0 ? [] : [`${mode}: ${rules.join(', ')}`]
  })
  const exemptions = `${policy.exemptions.length - expired} exemption${policy.exemptions.length - expired === 1 ? '' : 's'}`
  return `${toPlainText(file)}: valid; ${[...modes, exemptions, ...describeOverrides(policy), ...describeChannels(policy)].join('; ')}`
}

/**
 * The policy in a file, with every warning for its author on standard error. Throws UserError as `readPolicyFile` and
 * `refuse` do.
 */
export const readAndWarn = async (
  io: Io,
  file: string,
  refuse?: (file: string, policy: Policy) => void,
): Promise<Policy> => {
  const { policy, warnings, beyondPreset } = await readPolicyFile(file)
  refuse?.(file, policy)
  for (const warning of warnings) printLine(io.err, `warning: ${warning}`)
  for (const { id, title, since } of beyondPreset)
    printLine(
      io.err,
      `${file}: ${id} (${title}) is newer than the preset of the policy, and off; name it, or write preset: recommended@${since}`,
    )
  printExpired(io, file, policy)
  printUnrouted(io, file, policy)
  return policy
}

/** A warning for each exemption that has expired: it no longer counts. */
const printExpired = (io: Io, file: string, policy: Policy): void => {
  for (const { rule, owner, expires, reason } of listExpiredExemptions(policy, io.now())) {
    const which = rule === '*' ? 'all rules' : rule
    printLine(
      io.err,
      `${file}: the exemption from ${which} of ${owner} (${reason}) expired on ${expires}; renew it or remove it`,
    )
  }
}

const REACH = {
  nowhere: 'no route takes them, so they reach no channel',
  'in some places': 'every route that takes them names accounts or regions, so they reach no channel in others',
} as const

/** A warning for alerts that reach no channel: by severity, with the rules that have it. */
const printUnrouted = (io: Io, file: string, policy: Policy): void => {
  const lines = new Map<string, string[]>()
  for (const { rule, severity, reach } of findUnrouted(policy)) {
    const what = `alerts of severity ${severity} (RULES): ${REACH[reach]}`
    lines.set(what, [...(lines.get(what) ?? []), rule])
  }
  for (const [what, rules] of lines) printLine(io.err, `${file}: ${what.replace('RULES', rules.join(', '))}`)
}

/** Throws UserError if a rule would stop instances and no channel of the policy gets the alert. */
export const refuseUnseenStops = (file: string, policy: Policy): void => {
  // Without channels a policy is deployed with addresses, which it does not contain.
  if (policy.channels === undefined) return
  const rules = findUnseenStops(policy)
  if (rules.length === 0) return
  throw new UserError(
    `${toPlainText(file)} routes: ${rules.join(', ')} would stop instances, and no route takes the alert before; add one, or give --other-readers where the stack has addresses (-c email) or subscribers of your own`,
  )
}
