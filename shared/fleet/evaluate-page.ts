import { complete, type FactReader, type Knowledge } from '../engine/complete.ts'
import { evaluate, evaluateRules, type World } from '../engine/evaluate.ts'
import type { Finding } from '../engine/finding.ts'
import { createInstanceSubject } from '../engine/subjects.ts'
import { readActorFromTags } from '../facts/actor.ts'
import type { EventRef, InstanceFacts, Subject } from '../facts/facts.ts'
import { type Counts, NO_COUNTS } from '../ledger/coverage.ts'

/** The account, region and credentials with which the instances of a page were read. */
export type Reading = {
  readonly place: { readonly accountId: string; readonly region: string }
  readonly event: EventRef
  readonly world: World
  /** Also the findings that passed. */
  readonly all: boolean
  readonly ec2: FactReader
  readonly knowledge: Knowledge
}

export type EvaluatedPage = { readonly findings: readonly Finding[]; readonly counts: Counts }

const isOver = ({ state }: InstanceFacts): boolean => state === 'terminated' || state === 'shutting-down'

const classifyOutcome = (findings: readonly Finding[]): 'passed' | 'failed' | 'suppressed' | 'unknown' => {
  let outcome: 'passed' | 'suppressed' | 'unknown' = 'passed'
  for (const { status, workflow } of findings) {
    if (status === 'PASSED') continue
    if (workflow === 'SUPPRESSED') outcome = outcome === 'unknown' ? outcome : 'suppressed'
    else if (status === 'FAILED') return 'failed'
    else outcome = 'unknown'
  }
  return outcome
}

/**
 * The part of an instance that is kept after the first check: its facts only if there is more to do than to count it.
 */
export type InspectedInstance = {
  readonly instanceId?: string
  readonly launchTime?: string
  readonly isOver: boolean
  readonly instance?: InstanceFacts
}

const createSubject = ({ place, event }: Reading, instance: InstanceFacts): Subject =>
  createInstanceSubject({ ...place, event }, instance)

/** Checks an instance as soon as it is read. One that passes on its known facts needs no second check. */
export const inspectFirst = (reading: Reading, instance: InstanceFacts): InspectedInstance => {
  const { instanceId, launchTime } = instance
  const known = { ...(instanceId !== undefined && { instanceId }), ...(launchTime !== undefined && { launchTime }) }
  if (isOver(instance)) return { ...known, isOver: true }
  const evaluations = evaluateRules(createSubject(reading, instance), {
    ...reading.world,
    types: reading.knowledge.types.known(),
  })
  const passes = !reading.all && evaluations.every(({ verdict }) => verdict.status === 'PASSED')
  return { ...known, isOver: false, ...(!passes && { instance }) }
}

/** An instance that does not run cannot be stopped. Its start is evaluated by itself. */
const omitStops = ({ canStop: _canStop, ...world }: World): World => world

/** Evaluates the instances of one page. Terminated ones are counted and not evaluated. Throws what EC2 throws. */
export const evaluatePage = async (
  inspected: readonly InspectedInstance[],
  reading: Reading,
): Promise<EvaluatedPage> => {
  const { event, all, knowledge } = reading
  const kept = inspected.flatMap(({ instance }) => instance ?? [])
  const subjects = await complete(
    kept.map(instance => createSubject(reading, instance)),
    reading.ec2,
    knowledge,
  )
  const world: World = { ...reading.world, types: knowledge.types.known() }
  const terminated = inspected.filter(({ isOver }) => isOver).length
  const seen = inspected.length - terminated
  const counts = { ...NO_COUNTS, seen, terminated, passed: seen - kept.length }
  const findings: Finding[] = []
  for (const subject of subjects) {
    const { tags, state } = subject.kind === 'instance' ? subject.instance : {}
    const question = { subject, event, actor: readActorFromTags(tags) }
    const found = evaluate(question, state === 'running' ? world : omitStops(world), { all })
    counts[classifyOutcome(found)] += 1
    for (const finding of found) findings.push(finding)
  }
  return { findings, counts }
}
