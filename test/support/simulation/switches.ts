/** What operators set: the policy and the switch for stops. */
import { parsePolicy } from '../../../shared/policy/load.ts'
import type { Policy } from '../../../shared/policy/policy.ts'

export type Switches = { readonly mode: 'observe' | 'enforce'; readonly exempt: boolean; readonly stops: 'on' | 'off' }

export const BUDGET = { stops: 2, perSeconds: 600 } as const
export const GRACE_SECONDS = 300

const parsed = new Map<string, Policy>()

export const policyOf = ({ mode, exempt }: Switches): Policy => {
  const known = parsed.get(`${mode} ${exempt}`)
  if (known !== undefined) return known
  const policy = parsePolicy(
    `version: 1
rules:
  paravirtual-instance: { mode: ${mode} }
  incompatible-image: { mode: "off" }
  ena-disabled: { mode: "off" }
  instance-family: { mode: "off" }
${exempt ? 'exemptions:\n  - { rule: paravirtual-instance, match: { accountId: "*" }, reason: moves, owner: a@example.com, expires: 2027-12-31 }' : ''}
stop: { grace: ${GRACE_SECONDS}s, budget: { stops: ${BUDGET.stops}, per: ${BUDGET.perSeconds}s } }
`,
    'policy.yaml',
  )
  parsed.set(`${mode} ${exempt}`, policy)
  return policy
}
