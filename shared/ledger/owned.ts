import type { Finding } from '../engine/finding.ts'
import { applyKnownActor } from '../engine/known-actor.ts'
import type { Actor } from '../facts/facts.ts'
import { AUTO_SCALING, isLaunchedByOwner } from '../owners/owners.ts'
import type { Row } from './row.ts'

type Told = Pick<Row, 'finding'>

/** Undefined where a row has none: whoever meets it knows no more then, and alerts all the same. */
const parseFinding = ({ finding }: Told): Finding | undefined => (finding === '' ? undefined : JSON.parse(finding))

const readActor = (row: Told): Actor => parseFinding(row)?.actor ?? {}

/**
 * Whether a service launched an instance and replaces it for as long as it lives. Auto Scaling replaces a member of a group, which
 * has the tag of the group as long as it is one. AWS takes the tag off when the instance is detached. So every later report says
 * by the tags whether it is still a member, and who launched it says no more.
 */
const isOwnedForGood = (actor: Actor): boolean => actor.via !== AUTO_SCALING && isLaunchedByOwner(actor)

/**
 * Whether the instance of a row was launched by a service that replaces what it launched. Later reports do not name that
 * service, and not every service leaves a tag.
 */
export const isOwned = (row: Told): boolean => isOwnedForGood(readActor(row))

/**
 * The service that launched the instance of these rows and replaces it. One row may name it where the others do not: each rule
 * has a row of its own, and each row is of the report that it was found in.
 */
export const findOwner = (rows: readonly Told[]): Pick<Actor, 'via'> => {
  const { via } = rows.map(readActor).find(isOwnedForGood) ?? {}
  return via === undefined ? {} : { via }
}

/**
 * The finding with the service that launched the instance and replaces it, if one of its rows names that and the report of the
 * finding does not: a stop of it is refused then. Every row that is written in the place of another keeps this.
 */
export const addKnownOwner = (finding: Finding, rows: readonly Told[]): Finding => {
  if (isLaunchedByOwner(finding.actor)) return finding
  const owner = findOwner(rows)
  return owner.via === undefined ? finding : applyKnownActor(finding, { ...finding.actor, ...owner })
}

/** Who launched an instance, without the group that it was a member of then: its tags say whether it still is. */
export const forgetGroup = ({ autoScalingGroup: _group, via, ...rest }: Actor): Actor =>
  via === undefined || via === AUTO_SCALING ? rest : { ...rest, via }

/** Whether the caller is known. Tags alone do not name the caller. */
const isNamed = ({ arn, via }: Actor): boolean => arn !== undefined || via !== undefined

/** Whether a report names who made the call, and a row is of another report, which may have named nobody. */
export const mayTeach = ({ actor, event }: Finding, row: Told): boolean =>
  isNamed(actor) && parseFinding(row)?.event.id !== event.id

/** A notification and CloudTrail's record of the same call have times that are as close. */
const SAME_CALL_MS = 300_000

const LAUNCH = 'RunInstances'

/**
 * What is known of the launcher of a row that names another caller than this record of a launch. EC2 answers a repeated call with
 * the instances of the first, so the earlier one made them. If it is not known which was earlier, nobody is named. Undefined if
 * nothing changes.
 */
const compareCallers = (known: Finding, { actor, event }: Pick<Finding, 'actor' | 'event'>): Actor | undefined => {
  const { arn, via: _via, ...rest } = known.actor
  if (event.name !== LAUNCH || arn === undefined || actor.arn === undefined || arn === actor.arn) return undefined
  const later = Date.parse(event.time) - Date.parse(known.event.time)
  if (known.event.name !== LAUNCH || later === 0) return rest
  return later > 0 ? undefined : { ...rest, ...actor }
}

/**
 * The finding of a row, as JSON, with what a later report knows better of who launched the instance: EC2's notification names
 * nobody, and usually comes before the record. Undefined where the report knows no more. A service that owns an instance does so
 * whenever that is heard; any other name counts only for the call that the row is about.
 */
export const learnActor = (seen: Told, { actor, event }: Finding): string | undefined => {
  if (!isNamed(actor)) return undefined
  const known = parseFinding(seen)
  if (known === undefined) return undefined
  if (isLaunchedByOwner(known.actor)) return undefined
  const isSameCall = Math.abs(Date.parse(known.event.time) - Date.parse(event.time)) <= SAME_CALL_MS
  if (isSameCall && !isNamed(known.actor)) return JSON.stringify({ ...known, actor: { ...known.actor, ...actor } })
  const launcher = isSameCall ? compareCallers(known, { actor, event }) : undefined
  if (launcher !== undefined && !isLaunchedByOwner(actor)) return JSON.stringify({ ...known, actor: launcher })
  return isLaunchedByOwner(actor) ? JSON.stringify({ ...known, actor: { ...known.actor, via: actor.via } }) : undefined
}
