import { complete } from '../../shared/engine/complete.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createInstanceSubject } from '../../shared/engine/subjects.ts'
import { readActorFromTags } from '../../shared/facts/actor.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { readFinding } from '../../shared/ledger/finding-in.ts'
import { findOwner } from '../../shared/ledger/owned.ts'
import type { Row } from '../../shared/ledger/row.ts'
import { areStopsDisabled } from '../runtime/live-policy.ts'
import type { InForce } from './policy-in-force.ts'
import type { EnforcePorts } from './ports.ts'
import { readOrDeny } from './reading.ts'

type Inspection = {
  /** A row that waits for its stop, if there is one. It has the event and the actor. */
  readonly waiting: Row | undefined
  /** All rows of the instance, in any state, because any of them may name the service that launched it. */
  readonly rows: readonly Row[]
  readonly where: { readonly accountId: string; readonly region: string }
  readonly inForce: InForce
  readonly ports: EnforcePorts
}

/**
 * Evaluates the instance as it is now under the present policy, PASSED included. Facts that virtguard may not read stay
 * unknown, and an UNKNOWN verdict never leads to a stop. Throws if EC2 does not answer.
 */
export const evaluateNow = async (
  instance: InstanceFacts,
  { waiting, rows, where, inForce, ports }: Inspection,
): Promise<readonly Finding[]> => {
  if (waiting === undefined) return []
  const { policy, stops, disabledAccounts = [] } = inForce
  const stopsDisabled = areStopsDisabled({ stopsDisabled: stops === 'off', disabledAccounts }, where.accountId)
  const known = readFinding(waiting)
  // Who launched it does not change; which group it belongs to may.
  const actor = { ...known.actor, ...findOwner(rows), ...readActorFromTags(instance.tags) }
  const origin = { ...where, event: known.event }
  const ec2 = {
    // The image was described a moment ago, so that facts which are missing now stay missing.
    instances: async () => ({ ok: true, facts: [] }) as const,
    images: (ids: readonly string[]) => readOrDeny(() => ports.ec2.images(ids)),
    types: (names: readonly string[]) => readOrDeny(() => ports.ec2.types(names)),
  }
  const knowledge = { policy, types: ports.types, log: ports.log }
  const [subject = createInstanceSubject(origin, instance)] = await complete(
    [createInstanceSubject(origin, instance)],
    ec2,
    knowledge,
  )
  return evaluate(
    { subject, event: known.event, actor },
    { policy, types: ports.types.known(), now: ports.now(), canStop: true, stopsDisabled },
    { all: true },
  )
}
