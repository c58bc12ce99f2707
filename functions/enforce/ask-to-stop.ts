import type { StopAnswer } from '../../shared/aws/stop.ts'
import { listBudgets } from '../../shared/ledger/budget.ts'
import { isUnderWay, type Next } from '../../shared/ledger/next-step.ts'
import { endAll, type Resolution, resolveOverBudget } from '../../shared/ledger/outcomes.ts'
import type { Row, RowOutcome } from '../../shared/ledger/row.ts'
import type { Reason } from '../../shared/reasons/reason.ts'
import type { InForce } from './policy-in-force.ts'
import type { EnforcePorts } from './ports.ts'

/**
 * `look-again`: EC2 says that the instance cannot be stopped as it is, or the row has changed; `because` is the outcome
 * if that lasts. `under-way`: the stop must not be requested now, but was a moment ago, and its effect shows later.
 */
export type Asked =
  | { readonly kind: 'stopping' }
  | { readonly kind: 'under-way' }
  | { readonly kind: 'ended'; readonly resolutions: readonly Resolution[] }
  | { readonly kind: 'look-again'; readonly because: Reason }

type Request = {
  readonly accountId: string
  readonly instanceId: string
  readonly inForce: InForce
  readonly ports: EnforcePorts
}

const endWith = (rows: readonly Row[], ending: RowOutcome): Asked => ({
  kind: 'ended',
  resolutions: endAll(rows, ending),
})

const interpretAnswer = (answer: StopAnswer, rows: readonly Row[]): Asked => {
  if (answer.kind === 'accepted') return { kind: 'stopping' }
  const { kind, error, message } = answer
  const args = { error, message }
  switch (kind) {
    case 'not-there':
    case 'wrong-state':
      return { kind: 'look-again', because: { code: 'DEADLINE_PASSED', args } }
    case 'refused':
      return endWith(rows, { to: 'REFUSED', because: { code: 'EC2_REFUSED', args }, notTaken: true })
    case 'denied':
      return endWith(rows, { to: 'FAILED', because: { code: 'NOT_AUTHORIZED', args }, notTaken: true })
    // Stryker disable next-line ConditionalExpression: the compiler knows that there is no other kind
    default:
      return kind satisfies never
  }
}

/** The outcome of the rows if the policy or its budget refuses the stop. Otherwise a stop is reserved in each budget. */
const resolveRefused = async (
  { rows, stopId }: Extract<Next, { kind: 'stop' }>,
  { accountId, inForce, ports }: Request,
): Promise<readonly Resolution[] | undefined> => {
  const { policy, problem } = inForce
  if (problem !== undefined)
    return endAll(rows, { to: 'REFUSED', because: { code: 'POLICY_INVALID' }, inDigest: 'yes' })
  for (const { of, ...one } of listBudgets(accountId, policy.stop)) {
    const taken = await ports.ledger.reserveStop({ ...one, stopId, now: ports.now() })
    if (taken.taken) continue
    ports.count('BudgetSpent')
    return resolveOverBudget(rows, { ...one.budget, ...taken, ...(of !== undefined && { of }) })
  }
  return undefined
}

/**
 * Stops the instance: reserves a stop in the budget, writes the intent, and asks EC2, in this order. A delivery that
 * dies in between has stopped too little and never too much. EC2 is not asked without both. Throws errors that are no
 * answer. Another call uses the same reservation.
 */
export const askToStop = async (stop: Extract<Next, { kind: 'stop' }>, request: Request): Promise<Asked> => {
  const { rows } = stop
  const { instanceId, ports } = request
  const refused = await resolveRefused(stop, request)
  if (refused !== undefined)
    return isUnderWay(rows, ports.now()) ? { kind: 'under-way' } : { kind: 'ended', resolutions: refused }
  if (!(await ports.ledger.intendStop(rows, ports.now())))
    return { kind: 'look-again', because: { code: 'DEADLINE_PASSED' } }
  const answer = await ports.stop(instanceId)
  if (answer.kind === 'accepted') ports.count('StopsRequested')
  return interpretAnswer(answer, rows)
}
