import { complete, type FactReader, type Knowledge } from '../engine/complete.ts'
import { factsWanted, findingsOf, judge, type World } from '../engine/evaluate.ts'
import type { Finding } from '../engine/finding.ts'
import { instanceSubject } from '../engine/subjects.ts'
import { actorFromTags } from '../facts/actor.ts'
import type { EventRef, InstanceFacts, Subject } from '../facts/facts.ts'
import { type Counts, NO_COUNTS } from './coverage.ts'

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

export type JudgedPage = { readonly findings: readonly Finding[]; readonly counts: Counts }

const isOver = ({ state }: InstanceFacts): boolean => state === 'terminated' || state === 'shutting-down'

const outcomeOf = (findings: readonly Finding[]): 'passed' | 'failed' | 'suppressed' | 'unknown' => {
  let outcome: 'passed' | 'suppressed' | 'unknown' = 'passed'
  for (const { status, workflow } of findings) {
    if (status === 'PASSED') continue
    if (workflow === 'SUPPRESSED') outcome = outcome === 'unknown' ? outcome : 'suppressed'
    else if (status === 'FAILED') return 'failed'
    else outcome = 'unknown'
  }
  return outcome
}

/** Reads the facts that rules still miss, for those subjects that lack any. */
const completed = async (
  subjects: readonly Subject[],
  { world, ec2, knowledge }: Reading,
): Promise<readonly Subject[]> => {
  const lacking = new Map<Subject, number>()
  for (const [index, subject] of subjects.entries())
    if (factsWanted(judge(subject, { ...world, types: knowledge.types.known() })).length > 0)
      lacking.set(subject, index)
  if (lacking.size === 0) return subjects
  const known = [...subjects]
  const filled = await complete([...lacking.keys()], ec2, knowledge)
  let next = 0
  for (const index of lacking.values()) {
    const subject = filled[next++]
    if (subject !== undefined) known[index] = subject
  }
  return known
}

/** Judges the instances of one page. Terminated ones are counted and not judged. Throws what EC2 throws. */
export const judgePage = async (instances: readonly InstanceFacts[], reading: Reading): Promise<JudgedPage> => {
  const { place, event, all, knowledge } = reading
  const alive = instances.filter(instance => !isOver(instance))
  const subjects = await completed(
    alive.map(instance => instanceSubject({ ...place, event }, instance)),
    reading,
  )
  const world: World = { ...reading.world, types: knowledge.types.known() }
  const counts = { ...NO_COUNTS, seen: alive.length, terminated: instances.length - alive.length }
  const findings: Finding[] = []
  for (const subject of subjects) {
    const tags = subject.kind === 'instance' ? subject.instance.tags : undefined
    const question = { subject, event, actor: actorFromTags(tags) }
    const found = findingsOf(question, world, { judgements: judge(subject, world), all })
    counts[outcomeOf(found)] += 1
    for (const finding of found) findings.push(finding)
  }
  return { findings, counts }
}
