import type { World } from '../../engine/evaluate.ts'
import type { Subject } from '../../facts/facts.ts'
import { findRules } from '../../organization/find-rules.ts'
import { findExemption, listExpiredExemptions } from '../../policy/exempt.ts'
import type { Exemption } from '../../policy/policy.ts'
import { describeReasons } from '../../wording/reasons.ts'
import type { Declaration, DeclaredExemption } from '../model/declaration.ts'
import type { LintFinding } from '../model/lint-finding.ts'

const DAY_MS = 86_400_000

/** An exemption counts until the end of its last day in UTC, as one of the policy does. */
const isInForce = ({ expires }: DeclaredExemption, now: Date): boolean =>
  now.getTime() < Date.parse(`${expires}T00:00:00Z`) + DAY_MS

const exempt = (finding: LintFinding, { reason, owner, expires }: DeclaredExemption): LintFinding => ({
  ...finding,
  workflow: 'SUPPRESSED',
  exemption: { reason, owner, expires },
  action: { type: 'alert', decision: 'alert-only', ...describeReasons({ code: 'EXEMPT' }) },
})

const createEnded = (
  { rule, reason, owner, expires }: DeclaredExemption,
  { place, resourceType, accountId, region }: Declaration,
  file: string,
): LintFinding => ({
  schemaVersion: '1',
  id: `${rule}/${file}/${place.address}/exemption`,
  rule,
  status: 'FAILED',
  severity: 'LOW',
  workflow: 'NEW',
  reasons: ['EXEMPTION_ENDED'],
  title: 'An exemption has ended',
  message: `${place.address} was exempt from ${rule} until ${expires} (${owner}): ${reason}`,
  remediation: 'Remove the exemption, or agree on a new last day.',
  resource: {
    type: resourceType,
    id: place.address,
    ...(accountId !== undefined && { accountId }),
    ...(region !== undefined && { region }),
  },
  facts: {},
  action: { type: 'alert', decision: 'alert-only', ...describeReasons({ code: 'NOT_AN_INSTANCE' }) },
  place: { file, ...place },
  factSources: {},
})

/** Whether a policy's exemption that has ended was about this answer. It is asked as of its last day. */
const wasAbout = (exemption: Exemption, { rule, subject }: Answered, addresses: readonly string[]): boolean =>
  findExemption({ rule, subject, addresses }, [exemption], new Date(exemption.expires)).kind === 'exempt'

/** The answer of a rule about a declaration, passed or not. */
export type Answered = { readonly rule: string; readonly subject: Subject }

/**
 * A finding for each exemption of the policy by address that has ended: nobody sees otherwise that the resource is
 * exempt no more. Exemptions by other keys are about instances, and policy validate names them.
 */
export const findEnded = (
  answers: readonly Answered[],
  declaration: Declaration,
  { world, file }: Context,
): readonly LintFinding[] => {
  const addresses = listAddresses(declaration)
  return listExpiredExemptions(world.policy, world.now)
    .filter(({ match }) => match.address !== undefined)
    .flatMap((exemption, index) => {
      const answer = answers.find(one => wasAbout(exemption, one, addresses))
      if (answer === undefined) return []
      const ended = createEnded({ ...exemption, rule: answer.rule }, declaration, file)
      return [{ ...ended, id: `${ended.id}/${index + 1}` }]
    })
}

/** The names by which an exemption of the policy can match a declaration. */
export const listAddresses = ({ place }: Declaration): readonly string[] =>
  place.construct === undefined ? [place.address] : [place.address, place.construct]

type Context = { readonly world: Pick<World, 'policy' | 'now'>; readonly file: string }

/** The findings with the exemptions that the declaration has itself. One that has ended is a finding of its own. */
export const applyExemptions = (
  findings: readonly LintFinding[],
  declaration: Declaration,
  { world, file }: Context,
): readonly LintFinding[] => {
  const { exemptions = [] } = declaration
  if (exemptions.length === 0) return findings
  const { accountId = '', region = '' } = declaration
  const rules = findRules(world.policy, { accountId, region })
  const inForce = exemptions.filter(exemption => isInForce(exemption, world.now))
  const ended = exemptions.filter(
    exemption => !inForce.includes(exemption) && (rules[exemption.rule]?.mode ?? 'off') !== 'off',
  )
  return [
    ...findings.map(finding => {
      const own = inForce.find(({ rule }) => rule === finding.rule)
      return own === undefined || finding.status === 'PASSED' ? finding : exempt(finding, own)
    }),
    ...ended.map(exemption => createEnded(exemption, declaration, file)),
  ]
}
