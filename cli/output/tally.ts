import type { Finding } from '../../shared/engine/finding.ts'
import type { Ec2Event } from '../../shared/facts/event.ts'
import { SEVERITIES, type Severity } from '../../shared/rules/rule.ts'
import { formatCount } from './counted.ts'

/** The findings so far. */
export type FindingTally = {
  readonly failed: Record<Severity, number>
  unknown: number
  exempt: number
  /** A finding, or an UNKNOWN, at or above the severity that makes the exit code 1. */
  counts: boolean
}

/** The counts of a replay so far. */
export type Tally = FindingTally & {
  records: number
  readonly events: Record<Ec2Event['kind'], number>
  /** Problems that were reported: damaged or unreadable records and files. */
  problems: number
  unreadable: number
  /** Those of them that have no mark of an event. */
  foreign: number
  /** Events that were evaluated before, as another trail or wrapper reported them. */
  repeated: number
  /** Whether so many events were evaluated that the first ones are no longer known. */
  forgotten: boolean
  /** In what forms the records came. */
  readonly formats: Map<string, number>
  /** What was among them and holds no record. */
  readonly others: Map<string, { readonly many: string; count: number }>
  /** Records with a fact of a wrong type, and the first of these facts. */
  misread: number
  firstMisread: string | undefined
}

export const createFindingTally = (): FindingTally => ({
  failed: { INFORMATIONAL: 0, LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 },
  unknown: 0,
  exempt: 0,
  counts: false,
})

export const createTally = (): Tally => ({
  records: 0,
  events: { launch: 0, 'refused-launch': 0, image: 0, template: 0, running: 0, start: 0, ignored: 0 },
  problems: 0,
  unreadable: 0,
  foreign: 0,
  repeated: 0,
  forgotten: false,
  formats: new Map(),
  others: new Map(),
  misread: 0,
  firstMisread: undefined,
  ...createFindingTally(),
})

// Nests of wrappers are named, so that nobody can make the summary endless.
const MAX_FORMATS = 20

/** Counts a record by the form in which it came. */
export const countFormat = ({ formats }: Tally, format: string): void => {
  const counted = formats.has(format) || formats.size < MAX_FORMATS ? format : 'records in other forms'
  formats.set(counted, (formats.get(counted) ?? 0) + 1)
}

/** Counts what is whole and no record of ours. */
export const countOther = ({ others }: Tally, [one, many]: readonly [one: string, many: string]): void => {
  const counted = others.get(one)
  if (counted === undefined) others.set(one, { many, count: 1 })
  else counted.count++
}

const FORGOTTEN =
  'so many events were evaluated that the first ones are forgotten: one that is reported again much later is evaluated again'

/** Counts a finding; UNKNOWN weighs as much as FAILED, what is exempt or passed weighs nothing. */
export const countFinding = (
  tally: FindingTally,
  { status, severity, workflow }: Pick<Finding, 'status' | 'severity' | 'workflow'>,
  failOn: Severity,
): void => {
  if (status === 'PASSED') return
  if (workflow === 'SUPPRESSED') {
    tally.exempt++
    return
  }
  if (status === 'FAILED') tally.failed[severity]++
  else tally.unknown++
  if (SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn)) tally.counts = true
}

export const countFindings = ({ failed, unknown }: FindingTally): number =>
  SEVERITIES.reduce((sum, severity) => sum + failed[severity], unknown)

/** 2 if something could not be read, else 1 if something failed, else 0. */
export const exitCodeOf = ({ problems, counts }: Tally): number => (problems > 0 ? 2 : counts ? 1 : 0)

const listPresent = (parts: readonly (readonly [number, string, string?])[]): readonly string[] =>
  parts.filter(([count]) => count > 0).map(([count, one, many]) => formatCount(count, one, many))

/** `3 CloudTrail records, 2 EventBridge events in SQS messages`: the most frequent first. */
const describeFormats = ({ formats }: Tally): string =>
  [...formats]
    .toSorted(([, a], [, b]) => b - a)
    .map(([format, count]) =>
      formatCount(count, format.replace(/^(CloudTrail record|EventBridge event|record)s/, '$1'), format),
    )
    .join(', ')

const describeForms = (tally: Tally): readonly string[] => {
  const others = [...tally.others].map(([one, { many, count }]) => formatCount(count, one, many))
  return [
    ...(tally.formats.size > 0 ? [`read as: ${describeFormats(tally)}`] : []),
    ...(others.length > 0 ? [`not records: ${others.join(', ')}`] : []),
    ...(tally.foreign > 0 ? [`not read: ${formatCount(tally.foreign, 'object')} in no known form`] : []),
    ...(tally.repeated > 0 ? ['an event that several trails or wrappers report is evaluated once'] : []),
    ...(tally.forgotten ? [FORGOTTEN] : []),
    ...(tally.misread > 0
      ? [
          `${formatCount(tally.misread, 'record')} with a field of a wrong type, whose fact is unknown; the first is ${tally.firstMisread}`,
        ]
      : []),
  ]
}

/** What was read and what was found: two lines, and one for each thing that is worth knowing beside. */
export const summarizeTally = (tally: Tally, inputs: number): readonly string[] => {
  const { events, failed } = tally
  const read = listPresent([
    [events.launch, 'launch', 'launches'],
    [events['refused-launch'], 'refused launch', 'refused launches'],
    [events.image, 'image'],
    [events.template, 'launch template'],
    [events.running, 'running notification'],
    [events.start, 'start of instances', 'starts of instances'],
    [events.ignored, 'other event'],
    [tally.repeated, 'repeated', 'repeated'],
    [tally.unreadable, 'unreadable', 'unreadable'],
  ])
  const found = SEVERITIES.toReversed().flatMap(severity => listPresent([[failed[severity], severity, severity]]))
  const rest = listPresent([
    [tally.unknown, 'UNKNOWN', 'UNKNOWN'],
    [tally.exempt, 'exempt', 'exempt'],
  ])
  const total = formatCount(countFindings(tally), 'finding')
  return [
    `${formatCount(tally.records, 'record')} in ${formatCount(inputs, 'input')}${read.length > 0 ? `: ${read.join(', ')}` : ''}`,
    [total, [...found, ...rest].join(', ')].filter(part => part !== '').join(': '),
    ...describeForms(tally),
    ...(events.running + events.start > 0
      ? ['a notification or a start has no facts of its instance: evaluating it needs AWS, so none was evaluated']
      : []),
    ...(tally.unknown > 0 ? ['UNKNOWN is no pass: the records lack a fact that the rule needs'] : []),
  ]
}
