/** The settings of operators: the policy and the switch for stops. */
import { parsePolicy } from '../../../shared/policy/load.ts'
import type { Policy } from '../../../shared/policy/policy.ts'

type Mode = 'observe' | 'enforce'

export type Switches = {
  readonly pv: Mode
  readonly family: Mode
  readonly exempt: boolean
  readonly stops: 'on' | 'off'
  readonly budget: number
  readonly graceSeconds: number
  /** Whether the applied policy can be read. If not, the functions use the one that they had before. */
  readonly valid: boolean
  /**
   * Sweeps promise stops: for instances from before, for those that wait for the budget, and for stops that came due
   * while stops were off.
   */
  readonly late: boolean
}

export const BUDGET_SECONDS = 600

/** As deployed: two rules enforce. */
export const AT_FIRST: Switches = {
  pv: 'enforce',
  family: 'enforce',
  exempt: false,
  stops: 'on',
  budget: 2,
  graceSeconds: 300,
  valid: true,
  late: false,
}

const EXEMPTION =
  'exemptions:\n  - { rule: paravirtual-instance, match: { accountId: "*" }, reason: moves, owner: a@example.com, expires: 2027-12-31 }'

const parsed = new Map<string, Policy>()

export const policyOf = ({ pv, family, exempt, budget, graceSeconds, late }: Switches): Policy => {
  const text = `version: 1
rules:
  paravirtual-instance: { mode: ${pv} }
  instance-family: { mode: ${family}, deny: ["m1.*"] }
  incompatible-image: { mode: "off" }
  ena-disabled: { mode: "off" }
${exempt ? EXEMPTION : ''}
channels: { mail: { type: email, addresses: [ops@example.com] } }
routes:
  # All day long.
  - { to: [mail], quiet: { from: "00:00", to: "23:59", zone: UTC } }
stop: { grace: ${graceSeconds}s, budget: { stops: ${budget}, per: ${BUDGET_SECONDS}s${late ? ', then: wait' : ''} }${late ? ', existing: true, resume: sweep' : ''} }
`
  const policy = parsed.get(text) ?? parsePolicy(text, 'policy.yaml')
  parsed.set(text, policy)
  return policy
}
