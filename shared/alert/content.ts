import type { Finding } from '../engine/finding.ts'
import type { Action } from '../reasons/action.ts'
import { findRule } from '../rules/registry.ts'
import { SEVERITIES } from '../rules/rule.ts'
import { quoteName } from '../text/name.ts'
import type { Alert, AlertedFinding } from './alert.ts'

/** The findings of one rule with one status and one action: one section, however many resources they name. */
export type Section = {
  readonly first: AlertedFinding
  /** Those that differ in more than the id of the resource. */
  readonly messages: readonly string[]
  readonly resources: readonly string[]
}

type Open = { readonly first: AlertedFinding; readonly messages: Map<string, string>; readonly resources: string[] }

const rankSeverity = (finding: Finding): number => SEVERITIES.indexOf(finding.severity)

// The worst first, so that the headline and the severity of the alert agree. FAILED comes before UNKNOWN.
const compareByWeight = (a: Finding, b: Finding): number =>
  rankSeverity(b) - rankSeverity(a) || Number(a.status === 'UNKNOWN') - Number(b.status === 'UNKNOWN')

// The reason of a stop to come names its second, which may differ within a launch.
const buildActionKey = ({ decision, code, args, reason }: Action): string => {
  if (decision === 'defer') return decision
  return code === 'NOT_KEPT' ? reason : JSON.stringify([code, args])
}

/** The findings as sections, the worst first. */
export const groupSections = (findings: readonly AlertedFinding[]): readonly Section[] => {
  const sections = new Map<string, Open>()
  for (const finding of findings.toSorted(compareByWeight)) {
    const key = `${finding.rule} ${finding.status} ${buildActionKey(finding.action)}`
    const section: Open = sections.get(key) ?? { first: finding, messages: new Map(), resources: [] }
    const { message, resource } = finding
    const shape = message.replaceAll(resource.id, '')
    if (!section.messages.has(shape)) section.messages.set(shape, message)
    section.resources.push(resource.id)
    sections.set(key, section)
  }
  return [...sections.values()].map(({ messages, ...section }) => ({ ...section, messages: [...messages.values()] }))
}

/** A finding's title, or a question if the verdict is UNKNOWN. */
export const buildHeadline = ({ title, status }: Pick<Finding, 'title' | 'status'>): string =>
  status === 'UNKNOWN' ? `${title}? Cannot tell` : title

/** The beginning of a subject: the worst finding's headline, up to the resource. */
export const leadOf = ({ findings }: Alert): string => {
  const worst = groupSections(findings)[0]?.first
  if (worst === undefined) return 'Finding:'
  const { subjectLead, instanceLead = subjectLead } = findRule(worst.rule) ?? {}
  return (worst.resource.type === 'AwsEc2Instance' ? instanceLead : subjectLead) ?? `${buildHeadline(worst)}:`
}

const listDistinct = (values: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(values.filter(value => value !== undefined)),
]

/** Every resource of the alert, even if `findings` is not complete. */
export const listResourceIds = ({ told: alerted }: Alert): readonly string[] =>
  alerted.flatMap(({ resources }) => resources)

export const listImages = ({ findings }: Alert): readonly string[] =>
  listDistinct(findings.map(({ facts }) => facts.imageId))

/** The names of those images, each once. */
export const listImageNames = ({ findings }: Alert): readonly string[] =>
  listDistinct(findings.map(({ facts }) => facts.imageName))

const listTypes = ({ findings }: Alert): readonly string[] =>
  listDistinct(findings.map(({ facts }) => facts.instanceType))

export const formatInstances = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

const IDS_SHOWN = 10

/** The first ids, and the number of the others. `where` says where to find those. */
export const formatIds = (ids: readonly string[], where = ''): string => {
  const shown = ids.slice(0, IDS_SHOWN).join(', ')
  return ids.length <= IDS_SHOWN ? shown : `${shown} and ${formatInstances(ids.length - IDS_SHOWN)} more${where}`
}

/** All ids, as a list of their own, if there are more than are named. */
export const listUnnamedIds = (ids: readonly string[]): { readonly ids?: readonly string[] } =>
  ids.length > IDS_SHOWN ? { ids } : {}

/** `ami-0abc on m5.large`: all that is known of a launch whose instances have no id, or that never came to be. */
const launchOf = (alert: Alert): string => {
  const [image = 'an image'] = listImages(alert)
  const [type = 'a type that the record does not name'] = listTypes(alert)
  return `${image} on ${type}`
}

/** `1 instance`, `12 images`, or `3 resources` if they are not of one type. */
export const describeIds = (ids: readonly string[]): string => {
  const images = ids.filter(id => id.startsWith('ami-')).length
  const one = images === 0 ? 'instance' : images === ids.length ? 'image' : 'resource'
  return `${formatInstances(ids.length)} ${one}${ids.length === 1 ? '' : 's'}`
}

/** The resources in a few words: `i-0abc`, `12 instances`, `ami-0abc on m5.large`. */
export const describeNames = (alert: Alert): string => {
  const [first] = alert.findings
  if (first?.resource.type === 'AwsEc2LaunchRequest')
    return findRule(first.rule)?.subjectLead === undefined ? `a launch of ${launchOf(alert)}` : launchOf(alert)
  const ids = listResourceIds(alert)
  if (ids.length === 1) return ids[0] ?? ''
  return describeIds(ids)
}

/** The same with the instance types: `i-0abc (m1.small)`, or `12 instances (m1.small, t1.micro)`. */
export const describeAlertResources = (alert: Alert): string => {
  const types = listTypes(alert)
  if (types.length === 0 || alert.findings[0]?.resource.type === 'AwsEc2LaunchRequest') return describeNames(alert)
  return `${describeNames(alert)} (${types.slice(0, 3).join(', ')}${types.length > 3 ? ', ...' : ''})`
}

/** The names of the resources, each once: Name tags, or the names of images. */
export const listResourceNames = ({ findings }: Alert): readonly string[] =>
  listDistinct(findings.map(({ resource }) => resource.name))

/** The same as `describeAlertResources`, with the name if there is one resource: `i-0abc "web-1" (m1.small)`. */
export const describeNamedResources = (alert: Alert, limit?: number): string => {
  const [name] = listResourceNames(alert)
  const ids = listResourceIds(alert)
  const resources = describeAlertResources(alert)
  const names = describeNames(alert)
  if (name === undefined || ids.length !== 1) return resources
  return `${names} ${quoteName(name, limit)}${resources.slice(names.length)}`
}

/** The resources in a subject, as fully as there is room for. */
export const listNameVariants = (alert: Alert): readonly string[] => [
  describeNamedResources(alert),
  describeAlertResources(alert),
  describeNames(alert),
]
