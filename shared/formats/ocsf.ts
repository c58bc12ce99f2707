import { buildHeadline } from '../alert/content.ts'
import type { Finding } from '../engine/finding.ts'
import { getPartition } from '../facts/partitions.ts'
import { findRule } from '../rules/registry.ts'
import type { Severity } from '../rules/rule.ts'
import { limitText } from '../text/limited.ts'
import { findAwsPage } from './aws-page.ts'

// Names and numbers: OCSF 1.5.0, class Compliance Finding (2003), with the profile cloud.

/** The activity of the finding. */
const ACTIVITIES = { create: [1, 'Create'], update: [2, 'Update'], close: [3, 'Close'] } as const
export type OcsfActivity = keyof typeof ACTIVITIES

export type OcsfOptions = { readonly now: Date; readonly activity?: OcsfActivity }

const SEVERITY = {
  INFORMATIONAL: [1, 'Informational'],
  LOW: [2, 'Low'],
  MEDIUM: [3, 'Medium'],
  HIGH: [4, 'High'],
  CRITICAL: [5, 'Critical'],
} as const satisfies Record<Severity, readonly [number, string]>

/** The standard calls a check without a result "due to missing information" a Warning. */
const COMPLIANCE = { PASSED: [1, 'Pass'], UNKNOWN: [2, 'Warning'], FAILED: [3, 'Fail'] } as const

const TEXT = 4_096
const limitSaid = (text: string): string => limitText(text, TEXT)

/** A value with every text in it made safe, at any depth, because arguments of reasons contain names too. */
const neutralizeText = (value: unknown): unknown => {
  if (typeof value === 'string') return limitSaid(value)
  if (Array.isArray(value)) return value.map(neutralizeText)
  return typeof value === 'object' && value !== null ? omitUndefined(value) : value
}

/** The values of an object whose names and texts strangers may have chosen, made harmless; those that are not known left out. */
const omitUndefined = (values: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, neutralizeText(value)]),
  )

const getOcsfStatus = ({ workflow }: Finding, closed: boolean) => {
  if (closed) return [4, 'Resolved'] as const
  return workflow === 'SUPPRESSED' ? ([3, 'Suppressed'] as const) : ([1, 'New'] as const)
}

const buildCompliance = (finding: Finding, passes: boolean) => {
  const { rule, title, severity, status, message, reasons } = finding
  const [status_id, text] = COMPLIANCE[passes ? 'PASSED' : status]
  const [severity_id, severityText] = SEVERITY[severity]
  const why = findRule(rule)?.why ?? title
  const requirements = findRule(rule)?.relatedControls ?? []
  return {
    control: title,
    desc: why,
    standards: ['virtguard'],
    ...(requirements.length > 0 && { requirements }),
    status_id,
    status: text,
    ...(reasons.length > 0 && !passes && { status_code: reasons.join(',') }),
    status_details: [limitSaid(message)],
    checks: [
      {
        uid: rule,
        name: title,
        desc: why,
        standards: ['virtguard'],
        status_id,
        status: text,
        severity_id,
        severity: severityText,
      },
    ],
  }
}

const buildFindingInfo = (finding: Finding, now: number) => {
  const { id, rule, title, message, event } = finding
  const seen = Date.parse(event.time)
  return {
    uid: limitSaid(id),
    title: limitSaid(buildHeadline(finding)),
    desc: limitSaid(message),
    types: ['Virtualization'],
    created_time: seen,
    modified_time: now,
    first_seen_time: seen,
    last_seen_time: seen,
    analytic: { type_id: 1, type: 'Rule', uid: rule, name: title },
  }
}

const buildResource = ({ resource, facts }: Finding) => ({
  uid: limitSaid(resource.arn),
  name: limitSaid(resource.id),
  type: resource.type,
  region: resource.region,
  cloud_partition: getPartition(resource.region),
  data: omitUndefined({ ...facts, name: resource.name }),
})

const buildCloud = ({ resource }: Finding) => ({
  provider: 'AWS',
  region: resource.region,
  cloud_partition: getPartition(resource.region),
  account: {
    uid: resource.accountId,
    name: limitSaid(resource.accountName ?? resource.accountId),
    type_id: 10,
    type: 'AWS Account',
  },
})

const listUnmapped = ({ actor, event, action, exemption, missing }: Finding) => ({
  actor: omitUndefined(actor),
  event: omitUndefined(event),
  action: omitUndefined(action),
  ...(missing !== undefined && { missing: missing.map(limitSaid) }),
  ...(exemption !== undefined && { exemption: omitUndefined(exemption) }),
})

/** A finding as an OCSF 1.5.0 Compliance Finding; `time` is when it was found. */
export const toOcsf = (finding: Finding, { now, activity = 'create' }: OcsfOptions) => {
  const { rule, message, remediation, event } = finding
  const closed = activity === 'close'
  const passes = closed || finding.status === 'PASSED'
  const [activity_id, activity_name] = ACTIVITIES[activity]
  const [severity_id, severity] = SEVERITY[passes ? 'INFORMATIONAL' : finding.severity]
  const [status_id, status] = getOcsfStatus(finding, closed)
  const url = findAwsPage(rule)
  return {
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    activity_id,
    activity_name,
    type_uid: 200_300 + activity_id,
    type_name: `Compliance Finding: ${activity_name}`,
    severity_id,
    severity,
    status_id,
    status,
    time: now.getTime(),
    message: limitSaid(message),
    metadata: {
      version: '1.5.0',
      profiles: ['cloud'],
      product: { name: 'virtguard', vendor_name: 'virtguard' },
      event_code: rule,
      original_time: event.time,
      correlation_uid: limitSaid(event.id),
    },
    cloud: buildCloud(finding),
    finding_info: buildFindingInfo(finding, now.getTime()),
    compliance: buildCompliance(finding, passes),
    remediation: { desc: limitSaid(remediation), ...(url !== undefined && { references: [url] }) },
    resources: [buildResource(finding)],
    unmapped: listUnmapped(finding),
  }
}

/** An OCSF 1.5.0 Compliance Finding. */
export type Ocsf = ReturnType<typeof toOcsf>
