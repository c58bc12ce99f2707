import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { ImageFacts, InstanceFacts, InstanceTypeFacts, LaunchRef, Subject, TemplateFacts } from '../facts/facts.ts'
import { formatLaunchRef } from '../facts/launch-ref.ts'
import { mergeTags } from '../facts/tags.ts'
import type { Policy } from '../policy/policy.ts'
import type { MissingFact } from '../rules/rule.ts'
import { evaluateRules, instanceTypeOf, listWantedFacts } from './evaluate.ts'
import { inheritFacts } from './subjects.ts'

/** What was read, or why it may not be read. A missing permission does not pass by a retry; every other error is thrown. */
export type Reading<T> =
  | { readonly ok: true; readonly facts: readonly T[] }
  | { readonly ok: false; readonly why: string }

export type FactReader = {
  readonly instances: (by: 'instance-id', ids: readonly string[]) => Promise<Reading<InstanceFacts>>
  readonly images: (ids: readonly string[]) => Promise<Reading<ImageFacts>>
  readonly types: (names: readonly string[]) => Promise<Reading<InstanceTypeFacts>>
  /**
   * What versions of launch templates, and launch configurations, say now. Absent if the reader is asked about instances
   * only.
   */
  readonly templates?: (refs: readonly LaunchRef[]) => Promise<Reading<TemplateFacts>>
}

/**
 * The policy and the facts that decide which facts are missing, and the receiver of the facts of types that were read.
 */
export type Knowledge = {
  readonly policy: Policy
  readonly types: { readonly known: () => InstanceTypes; readonly learn: (types: readonly InstanceTypeFacts[]) => void }
  readonly log: (level: 'warn', message: string, context: Readonly<Record<string, unknown>>) => void
}

type Wanted = {
  readonly instances: readonly string[]
  readonly images: readonly string[]
  readonly types: readonly string[]
  readonly templates: readonly string[]
}

const getTemplate = (subject: Subject): LaunchRef | undefined =>
  subject.kind === 'template' ? subject.from?.template : undefined

const getImageId = (subject: Subject): string | undefined =>
  subject.kind === 'instance' ? subject.instance.imageId : subject.image.imageId

const nameToRead = (subject: Subject, of: MissingFact['of']): string | undefined => {
  if (of === 'instance') return subject.kind === 'instance' ? subject.instance.instanceId : undefined
  if (of === 'template') {
    const template = getTemplate(subject)
    return template && formatLaunchRef(template)
  }
  return of === 'image' ? getImageId(subject) : instanceTypeOf(subject)
}

const omitEmpty = (names: readonly (string | undefined)[]): readonly string[] =>
  names.filter(name => name !== undefined)

const collectWanted = (subjects: readonly Subject[], knowledge: Knowledge): Wanted => {
  const wanted = subjects.flatMap(subject =>
    listWantedFacts(evaluateRules(subject, { policy: knowledge.policy, types: knowledge.types.known() })).map(
      ({ of }) => ({
        of,
        name: nameToRead(subject, of),
      }),
    ),
  )
  const collectNames = (kind: MissingFact['of']) => [
    ...new Set(omitEmpty(wanted.filter(({ of }) => of === kind).map(({ name }) => name))),
  ]
  return {
    instances: collectNames('instance'),
    images: collectNames('image'),
    types: collectNames('type'),
    templates: collectNames('template'),
  }
}

// The event's facts are kept: they are about the launch itself, and a later answer may be about a change since. Tags are
// added, because a request names neither those of its template nor those that AWS writes.
const fillFacts = (
  subject: Subject,
  instances: ReadonlyMap<string | undefined, InstanceFacts>,
  images: ReadonlyMap<string | undefined, ImageFacts>,
): Subject => {
  if (subject.kind !== 'instance')
    return { ...subject, image: { ...images.get(getImageId(subject)), ...subject.image } }
  const read = instances.get(subject.instance.instanceId)
  const image = images.get(getImageId(subject) ?? read?.imageId)
  const tags = mergeTags(subject.instance.tags, read?.tags)
  return {
    ...subject,
    instance: { ...inheritFacts(image ?? {}), ...read, ...subject.instance, ...(tags !== undefined && { tags }) },
  }
}

/** What it does not name itself, it takes from its template. */
const fillTemplate = (subject: Subject, templates: ReadonlyMap<string | undefined, TemplateFacts>): Subject => {
  const ref = getTemplate(subject)
  const facts = ref && templates.get(formatLaunchRef(ref))
  if (facts === undefined || subject.kind !== 'template') return subject
  const { from: _read, ...known } = subject
  const imageId = subject.image.imageId ?? facts.imageId
  const instanceType = subject.instanceType ?? facts.instanceType
  const isOpen = imageId === 'unset' || instanceType === 'unset'
  return {
    ...known,
    image: { ...subject.image, ...(imageId !== undefined && imageId !== 'unset' && { imageId }) },
    ...(instanceType !== undefined && instanceType !== 'unset' && { instanceType }),
    ...(isOpen && { open: true }),
  }
}

const readTemplates = async (
  subjects: readonly Subject[],
  names: readonly string[],
  ec2: FactReader,
): Promise<Reading<TemplateFacts>> => {
  if (names.length === 0 || ec2.templates === undefined) return nothing
  const refs = new Map(subjects.flatMap(subject => getTemplate(subject) ?? []).map(ref => [formatLaunchRef(ref), ref]))
  return ec2.templates(names.flatMap(name => refs.get(name) ?? []))
}

// A subject without an id cannot be read.
const indexByKey = <T>(
  reading: Reading<T>,
  key: (facts: T) => string | undefined,
): ReadonlyMap<string | undefined, T> =>
  new Map(reading.ok ? reading.facts.filter(facts => key(facts) !== undefined).map(facts => [key(facts), facts]) : [])

/** Of every round: a subject may lead in a later round to an image that another one led to before. */
type ReadImages = Map<string | undefined, ImageFacts>

const nothing: Reading<never> = { ok: true, facts: [] }

const readOnce = async (
  subjects: readonly Subject[],
  wanted: Wanted,
  { ec2, knowledge, readBefore }: { ec2: FactReader; knowledge: Knowledge; readBefore: ReadImages },
) => {
  const [instances, images, types, templates] = await Promise.all([
    wanted.instances.length > 0 ? ec2.instances('instance-id', wanted.instances) : nothing,
    wanted.images.length > 0 ? ec2.images(wanted.images) : nothing,
    wanted.types.length > 0 ? ec2.types(wanted.types) : nothing,
    readTemplates(subjects, wanted.templates, ec2),
  ])
  for (const reading of [instances, images, types, templates])
    if (!reading.ok)
      knowledge.log('warn', 'no permission to read EC2: the facts from EC2 stay unknown', { why: reading.why })
  if (types.ok) knowledge.types.learn(types.facts)
  const byInstance = indexByKey(instances, ({ instanceId }) => instanceId)
  for (const [id, facts] of indexByKey(images, ({ imageId }) => imageId)) readBefore.set(id, facts)
  const byRef = indexByKey(templates, ({ ref }) => formatLaunchRef(ref))
  return subjects.map(subject => fillFacts(fillTemplate(subject, byRef), byInstance, readBefore))
}

// An instance or a template may lead to an image, and both to a type: three rounds know all there is to know.
const ROUNDS = 3

/**
 * Reads from EC2 the facts that a rule misses, and nothing else: subjects whose event says enough cost no call. A fact that may
 * not be read, or does not exist, stays unknown. Throws what EC2 throws for other reasons.
 */
export const complete = async (
  subjects: readonly Subject[],
  ec2: FactReader,
  knowledge: Knowledge,
): Promise<readonly Subject[]> => {
  const asked = new Set<string>()
  const readBefore: ReadImages = new Map()
  const selectFresh = (names: readonly string[]): readonly string[] => names.filter(name => !asked.has(name))
  let known = subjects
  // Stryker disable next-line EqualityOperator,AssignmentOperator: no name is asked for twice, so that it ends before.
  for (let round = 0; round < ROUNDS; round += 1) {
    const all = collectWanted(known, knowledge)
    const wanted = {
      instances: selectFresh(all.instances),
      images: selectFresh(all.images),
      types: selectFresh(all.types),
      templates: selectFresh(all.templates),
    }
    const names = [...wanted.instances, ...wanted.images, ...wanted.types, ...wanted.templates]
    if (names.length === 0) return known
    for (const name of names) asked.add(name)
    known = await readOnce(known, wanted, { ec2, knowledge, readBefore })
  }
  return known
}
