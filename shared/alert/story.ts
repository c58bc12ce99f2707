import type { Finding } from '../engine/finding.ts'
import { SEVERITIES } from '../rules/rule.ts'
import type { Alert } from './alert.ts'

/** The findings of one rule with one status and one action: told once, however many resources they name. */
export type Chapter = {
  readonly first: Finding
  readonly messages: readonly string[]
  readonly resources: readonly string[]
}

const severityRank = (finding: Finding): number => SEVERITIES.indexOf(finding.severity)

// What failed comes before what could not be decided; the worst first.
const byWeight = (a: Finding, b: Finding): number =>
  Number(a.status === 'UNKNOWN') - Number(b.status === 'UNKNOWN') || severityRank(b) - severityRank(a)

export const chaptersOf = (findings: readonly Finding[]): readonly Chapter[] => {
  const chapters = new Map<string, { first: Finding; messages: string[]; resources: string[] }>()
  for (const finding of findings.toSorted(byWeight)) {
    const key = `${finding.rule} ${finding.status} ${finding.action.reason}`
    const chapter = chapters.get(key)
    if (chapter === undefined)
      chapters.set(key, { first: finding, messages: [finding.message], resources: [finding.resource.id] })
    else {
      chapter.messages.push(finding.message)
      chapter.resources.push(finding.resource.id)
    }
  }
  return [...chapters.values()]
}

/** The worst finding's title; that something could not be decided where nothing failed. */
export const headlineOf = (alert: Alert): string => {
  const [worst] = alert.findings.toSorted(byWeight)
  if (worst === undefined) return 'Finding'
  return worst.status === 'UNKNOWN' ? `Cannot tell: ${worst.title.toLowerCase()}?` : worst.title
}

const distinct = (values: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(values.filter(value => value !== undefined)),
]

/** The resources in a few words: `i-0abc (m1.small)`, or `12 instances (m1.small, t1.micro)`. */
export const resourcesOf = (alert: Alert): string => {
  const types = distinct(alert.findings.map(({ facts }) => facts.instanceType))
  const shown = types.length === 0 ? '' : ` (${types.slice(0, 3).join(', ')}${types.length > 3 ? ', ...' : ''})`
  const ids = distinct(alert.told.flatMap(({ resources }) => resources))
  const [resource] = alert.findings.map(finding => finding.resource)
  if (resource?.type === 'AwsEc2LaunchRequest') {
    const images = distinct(alert.findings.map(({ facts }) => facts.imageId))
    return `${images[0] ?? 'a launch'}${types[0] === undefined ? '' : ` on ${types[0]}`}`
  }
  if (ids.length === 1) return `${ids[0]}${shown}`
  return `${ids.length} ${resource?.type === 'AwsEc2Image' ? 'images' : 'instances'}${shown}`
}
