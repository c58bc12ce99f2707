import { complete, type FactReader, type Knowledge } from '../engine/complete.ts'
import { evaluate, evaluateRules, type World } from '../engine/evaluate.ts'
import type { Finding } from '../engine/finding.ts'
import { createInstanceSubject } from '../engine/subjects.ts'
import { readActorFromTags } from '../facts/actor.ts'
import type { EventRef, InstanceFacts, Subject } from '../facts/facts.ts'
import { type Counts, NO_COUNTS } from '../ledger/coverage.ts'

/** Where and as what the instances of a page were read. */
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

/** What is kept of an instance after the first look: its facts only where there is more to do than to count it. */
export type InspectedInstance = {
  readonly instanceId?: string
  readonly launchTime?: string
  readonly isOver: boolean
  readonly instance?: InstanceFacts
}

const createSubject = ({ place, event }: Reading, instance: InstanceFacts): Subject =>
  createInstanceSubject({ ...place, event }, instance)

/** Looks at an instance as soon as it is read. What passes on what is known needs no second look. */
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

/** What does not run cannot be stopped; its start decides for itself. */
const omitStops = ({ canStop: _canStop, ...world }: World): World => world

/** Judges the instances of one page. What is terminated is counted and not judged. Throws what EC2 throws. */
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
