import type { Finding } from '../engine/finding.ts'
import type { Action } from '../reasons/action.ts'
import { ruleById } from '../rules/registry.ts'
import { SEVERITIES } from '../rules/rule.ts'
import type { Alert, ToldFinding } from './alert.ts'

/** The findings of one rule with one status and one action: told once, however many resources they name. */
export type Chapter = {
  readonly first: ToldFinding
  /** Those that differ in more than the id of the resource. */
  readonly messages: readonly string[]
  readonly resources: readonly string[]
}

type Open = { readonly first: ToldFinding; readonly messages: Map<string, string>; readonly resources: string[] }

const severityRank = (finding: Finding): number => SEVERITIES.indexOf(finding.severity)

// The worst first, so that the headline and the severity of the alert agree; what failed before what is not decided.
const byWeight = (a: Finding, b: Finding): number =>
  severityRank(b) - severityRank(a) || Number(a.status === 'UNKNOWN') - Number(b.status === 'UNKNOWN')

// The reason of a stop to come names its second, which may differ within a launch.
const actionKey = ({ decision, code, args, reason }: Action): string => {
  if (decision === 'defer') return decision
  return code === 'NOT_KEPT' ? reason : JSON.stringify([code, args])
}

/** The findings as a story, the worst chapter first. */
export const chaptersOf = (findings: readonly ToldFinding[]): readonly Chapter[] => {
  const chapters = new Map<string, Open>()
  for (const finding of findings.toSorted(byWeight)) {
    const key = `${finding.rule} ${finding.status} ${actionKey(finding.action)}`
    const chapter: Open = chapters.get(key) ?? { first: finding, messages: new Map(), resources: [] }
    const { message, resource } = finding
    const shape = message.replaceAll(resource.id, '')
    if (!chapter.messages.has(shape)) chapter.messages.set(shape, message)
    chapter.resources.push(resource.id)
    chapters.set(key, chapter)
  }
  return [...chapters.values()].map(({ messages, ...chapter }) => ({ ...chapter, messages: [...messages.values()] }))
}

/** A finding's title; a question where it could not be decided. */
export const headlineOf = ({ title, status }: Pick<Finding, 'title' | 'status'>): string =>
  status === 'UNKNOWN' ? `${title}? Cannot tell` : title

/** What a subject begins with: the worst finding's headline, up to the resource. */
export const leadOf = ({ findings }: Alert): string => {
  const worst = chaptersOf(findings)[0]?.first
  if (worst === undefined) return 'Finding:'
  return ruleById(worst.rule)?.subjectLead ?? `${headlineOf(worst)}:`
}

const distinct = (values: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(values.filter(value => value !== undefined)),
]

/** Every resource that is told of, also where `findings` is not complete. */
export const resourceIdsOf = ({ told }: Alert): readonly string[] => told.flatMap(({ resources }) => resources)

export const imagesOf = ({ findings }: Alert): readonly string[] => distinct(findings.map(({ facts }) => facts.imageId))

const typesOf = ({ findings }: Alert): readonly string[] => distinct(findings.map(({ facts }) => facts.instanceType))

export const counted = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

const IDS_SHOWN = 10

/** The first ids, and how many more there are; `where` says where to find those. */
export const listed = (ids: readonly string[], where = ''): string => {
  const shown = ids.slice(0, IDS_SHOWN).join(', ')
  return ids.length <= IDS_SHOWN ? shown : `${shown} and ${counted(ids.length - IDS_SHOWN)} more${where}`
}

/** All ids, as a list of their own, where there are more than are named. */
export const idsBeyondNamed = (ids: readonly string[]): { readonly ids?: readonly string[] } =>
  ids.length > IDS_SHOWN ? { ids } : {}

/** `ami-0abc on m5.large`: all that is known of a launch whose instances have no id, or that never came to be. */
const launchOf = (alert: Alert): string => {
  const [image = 'an image'] = imagesOf(alert)
  const [type = 'a type that the record does not name'] = typesOf(alert)
  return `${image} on ${type}`
}

/** `1 instance`, `12 images`; `3 resources` where they are not of one type. */
export const resourcesIn = (ids: readonly string[]): string => {
  const images = ids.filter(id => id.startsWith('ami-')).length
  const one = images === 0 ? 'instance' : images === ids.length ? 'image' : 'resource'
  return `${counted(ids.length)} ${one}${ids.length === 1 ? '' : 's'}`
}

/** The resources in a few words: `i-0abc`, `12 instances`, `ami-0abc on m5.large`. */
export const namesOf = (alert: Alert): string => {
  const [first] = alert.findings
  if (first?.resource.type === 'AwsEc2LaunchRequest')
    return ruleById(first.rule)?.subjectLead === undefined ? `a launch of ${launchOf(alert)}` : launchOf(alert)
  const ids = resourceIdsOf(alert)
  if (ids.length === 1) return ids[0] ?? ''
  return resourcesIn(ids)
}

/** The same with the instance types: `i-0abc (m1.small)`, or `12 instances (m1.small, t1.micro)`. */
export const resourcesOf = (alert: Alert): string => {
  const types = typesOf(alert)
  if (types.length === 0 || alert.findings[0]?.resource.type === 'AwsEc2LaunchRequest') return namesOf(alert)
  return `${namesOf(alert)} (${types.slice(0, 3).join(', ')}${types.length > 3 ? ', ...' : ''})`
}

/** What a subject names: the resources, as fully as there is room for. */
export const namesFor = (alert: Alert): readonly string[] => [resourcesOf(alert), namesOf(alert)]
