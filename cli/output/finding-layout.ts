import type { Finding } from '../../shared/engine/finding.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { type Colour, createPainter } from './colour.ts'
import type { Output } from './io.ts'
import { formatNames } from './names.ts'
import { measureWidth, pad, truncate, wrap } from './width.ts'
import type { Layout } from './writer.ts'

type Columns<T> = Layout<T>['columns']

/** What was found, of whatever it was found. */
export const VERDICT_COLUMNS = {
  status: ({ status }) => status,
  severity: ({ severity }) => severity,
  workflow: ({ workflow }) => workflow,
  rule: ({ rule }) => rule,
  reasons: ({ reasons }) => reasons.join(' '),
  message: ({ message }) => message,
  remediation: ({ remediation }) => remediation,
} as const satisfies Columns<Omit<Finding, 'resource' | 'actor' | 'event' | 'action'>>

export const FACT_COLUMNS = {
  instanceType: ({ facts }) => facts.instanceType,
  imageId: ({ facts }) => facts.imageId,
  virtualizationType: ({ facts }) => facts.virtualizationType,
  architecture: ({ facts }) => facts.architecture,
  rootDeviceType: ({ facts }) => facts.rootDeviceType,
  enaSupport: ({ facts }) => facts.enaSupport,
  bootMode: ({ facts }) => facts.bootMode,
} as const satisfies Columns<Pick<Finding, 'facts'>>

export const EXEMPTION_COLUMNS = {
  exemptionReason: ({ exemption }) => exemption?.reason,
  exemptionOwner: ({ exemption }) => exemption?.owner,
  exemptionExpires: ({ exemption }) => exemption?.expires,
} as const satisfies Columns<Pick<Finding, 'exemption'>>

const columns: Columns<Finding> = {
  ...VERDICT_COLUMNS,
  resourceType: ({ resource }) => resource.type,
  resourceId: ({ resource }) => resource.id,
  resourceArn: ({ resource }) => resource.arn,
  accountId: ({ resource }) => resource.accountId,
  region: ({ resource }) => resource.region,
  ...FACT_COLUMNS,
  actorArn: ({ actor }) => actor.arn,
  actorVia: ({ actor }) => actor.via,
  autoScalingGroup: ({ actor }) => actor.autoScalingGroup,
  launchTemplate: ({ actor }) => actor.launchTemplate,
  eventId: ({ event }) => event.id,
  eventName: ({ event }) => event.name,
  eventTime: ({ event }) => event.time,
  decision: ({ action }) => action.decision,
  decisionReason: ({ action }) => action.reason,
  ...EXEMPTION_COLUMNS,
  name: ({ resource }) => resource.name,
  imageName: ({ facts }) => facts.imageName,
  accountName: ({ resource }) => resource.accountName,
}

const LEVEL = 8
const RULE = 20
const RESOURCE = 21

/** By level. */
export const COLOURS: Readonly<Record<string, readonly Colour[]>> = {
  CRITICAL: ['bold', 'red'],
  HIGH: ['red'],
  MEDIUM: ['yellow'],
  LOW: ['cyan'],
  UNKNOWN: ['bold'],
  PASSED: ['green'],
  EXEMPT: ['dim'],
}

/** How much a finding weighs, in one word. */
export const formatLevel = ({
  status,
  severity,
  workflow,
}: Pick<Finding, 'status' | 'severity' | 'workflow'>): string => {
  if (workflow === 'SUPPRESSED') return 'EXEMPT'
  if (status !== 'FAILED') return status
  return severity === 'INFORMATIONAL' ? 'INFO' : severity
}

/** Why, and until when it is exempt. */
export const formatReason = ({ message, exemption }: Pick<Finding, 'message' | 'exemption'>): string =>
  exemption === undefined
    ? message
    : `${message} Exempt until ${exemption.expires} (${exemption.owner}): ${exemption.reason}`

/**
 * A finding in two lines or more: level, rule, resource, account and region; then why. All columns are fixed, so that
 * rows can be written as they come. A text that is too wide for its column moves to the next line and is not cut.
 */
const createTableRow = ({ columns: width, hasColour }: Output): ((finding: Finding) => string) => {
  const paint = createPainter(hasColour)
  const indent = ' '.repeat(LEVEL + 1)
  return finding => {
    const level = formatLevel(finding)
    const place = `${toPlainText(finding.resource.accountId)}/${toPlainText(finding.resource.region)}`
    const left = `${pad(finding.rule, RULE)} ${pad(toPlainText(finding.resource.id), RESOURCE)}`
    const room = width - indent.length
    const fits = measureWidth(left) + 1 + measureWidth(place) <= room
    const first = truncate(fits ? `${left} ${place}` : left.trimEnd(), room)
    const why = wrap(`${fits ? '' : `${place}: `}${toPlainText(formatReason(finding))}`, room)
    return `${paint(pad(level, LEVEL), ...(COLOURS[level] ?? []))} ${first}\n${[...formatNames(finding, room), ...why].map(line => `${indent}${paint(line, 'dim')}\n`).join('')}`
  }
}

const renderHead = ({ columns: width, hasColour }: Output): string => {
  const text = `${pad('LEVEL', LEVEL)} ${pad('RULE', RULE)} ${pad('RESOURCE', RESOURCE)} ACCOUNT/REGION`
  return `${createPainter(hasColour)(truncate(text, width), 'bold')}\n`
}

/** How findings are written in a table and in CSV. */
export const createFindingLayout = (out: Output): Layout<Finding> => ({
  columns,
  table: { head: renderHead(out), row: createTableRow(out) },
})
