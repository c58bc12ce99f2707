import { buildHeadline } from '../alert/content.ts'
import type { Finding, FindingFacts } from '../engine/finding.ts'
import type { Resource } from '../facts/facts.ts'
import { getPartition } from '../facts/partitions.ts'
import { findRule } from '../rules/registry.ts'
import type { Severity } from '../rules/rule.ts'
import { limitText } from '../text/limited.ts'
import { cleanName } from '../text/name.ts'
import { findAwsPage } from './aws-page.ts'

// Limits and meanings: Security Hub API reference, AwsSecurityFinding; user guide, "ASFF syntax".

type Fields = Readonly<Record<string, string>>

/** A finding in the AWS Security Finding Format, as BatchImportFindings takes it. */
export type Asff = {
  readonly SchemaVersion: '2018-10-08'
  readonly Id: string
  readonly ProductArn: string
  readonly ProductName: string
  readonly CompanyName: string
  readonly Region: string
  readonly GeneratorId: string
  readonly AwsAccountId: string
  readonly AwsAccountName?: string
  readonly Types: string[]
  readonly FirstObservedAt: string
  readonly LastObservedAt: string
  readonly CreatedAt: string
  readonly UpdatedAt: string
  readonly Severity: { readonly Label: Severity; readonly Original: string }
  readonly Title: string
  readonly Description: string
  readonly Remediation: { readonly Recommendation: { readonly Text: string; readonly Url?: string } }
  readonly ProductFields: Record<string, string>
  readonly Resources: AsffResource[]
  readonly Compliance: {
    readonly Status: 'PASSED' | 'WARNING' | 'FAILED'
    readonly RelatedRequirements?: string[]
    readonly StatusReasons?: { readonly ReasonCode: string; readonly Description: string }[]
  }
  readonly RecordState: 'ACTIVE' | 'ARCHIVED'
  readonly Workflow?: { readonly Status: 'SUPPRESSED' }
  readonly FindingProviderFields: {
    readonly Severity: { readonly Label: Severity; readonly Original: string }
    readonly Types: string[]
  }
}

type AsffResource = {
  readonly Type: string
  readonly Id: string
  readonly Region: string
  readonly Partition?: 'aws' | 'aws-cn' | 'aws-us-gov'
  readonly Tags?: { readonly Name: string }
  readonly Details: {
    readonly AwsEc2Instance?: {
      readonly Type?: string
      readonly ImageId?: string
      readonly VirtualizationType?: string
    }
    readonly Other?: Record<string, string>
  }
}

export type AsffOptions = {
  readonly now: Date
  /** The finding is over: the record is archived, and its check passes. */
  readonly archived?: boolean
}

const TYPE = 'Software and Configuration Checks/AWS Security Best Practices'

// WARNING: "some information is missing"; NOT_AVAILABLE would mean that the check itself broke down.
const STATUS = { PASSED: 'PASSED', FAILED: 'FAILED', UNKNOWN: 'WARNING' } as const

/** Security Hub takes no empty values. */
const omitEmpty = (
  fields: Readonly<Record<string, string | boolean | undefined>>,
  limit: number,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, limitText(String(value), limit)] as const)
      .filter(([, value]) => value.trim() !== ''),
  )

/** A message is never empty by itself, but one with text of an event may be. */
const describeFinding = ({ message, title }: Finding): string =>
  limitText(message.trim() === '' ? title : message, 1_024)

const getAsffPartition = (region: string): Pick<AsffResource, 'Partition'> => {
  const partition = getPartition(region)
  // The others are not among those that the format knows.
  return partition === 'aws' || partition === 'aws-cn' || partition === 'aws-us-gov' ? { Partition: partition } : {}
}

const buildInstanceDetails = ({ instanceType, imageId, virtualizationType, ...others }: FindingFacts) => {
  const known = omitEmpty({ Type: instanceType, ImageId: imageId, VirtualizationType: virtualizationType }, 1_024)
  const other = omitEmpty(others, 1_024)
  return { AwsEc2Instance: known, ...(Object.keys(other).length > 0 && { Other: other }) }
}

const buildNameTag = (text: string | undefined): Pick<AsffResource, 'Tags'> => {
  const name = cleanName(text)
  return name === undefined ? {} : { Tags: { Name: name } }
}

const buildAccountName = ({ accountName }: Resource): Pick<Asff, 'AwsAccountName'> => {
  const name = cleanName(accountName)
  return name === undefined ? {} : { AwsAccountName: limitText(name, 50) }
}

const buildResource = ({ type, arn, region, name }: Resource, facts: FindingFacts): AsffResource => ({
  // The format has no type for an image or for a launch that never came to be.
  Type: type === 'AwsEc2Instance' ? type : 'Other',
  Id: limitText(arn, 1_024),
  Region: region,
  ...getAsffPartition(region),
  // Of a refused launch it is the tag that was asked for, of an image a name and no tag.
  ...(type !== 'AwsEc2Image' && buildNameTag(name)),
  Details:
    type === 'AwsEc2Instance'
      ? buildInstanceDetails(facts)
      : { Other: omitEmpty({ resourceType: type, ...facts }, 1_024) },
})

const buildProductFields = ({ rule, actor, event, action, exemption, missing }: Finding): Fields =>
  omitEmpty(
    {
      'virtguard/Rule': rule,
      'virtguard/Decision': action.decision,
      'virtguard/DecisionCode': action.code,
      'virtguard/DecisionReason': action.reason,
      'virtguard/StopAt': action.at,
      'virtguard/EventId': event.id,
      'virtguard/EventName': event.name,
      'virtguard/ActorArn': actor.arn,
      'virtguard/ActorVia': actor.via,
      'virtguard/AutoScalingGroup': actor.autoScalingGroup,
      'virtguard/LaunchTemplate': actor.launchTemplate,
      'virtguard/Missing': missing?.join(', '),
      'virtguard/ExemptionReason': exemption?.reason,
      'virtguard/ExemptionOwner': exemption?.owner,
      'virtguard/ExemptionExpires': exemption?.expires,
    },
    2_048,
  )

const buildCompliance = (finding: Finding, passes: boolean): Asff['Compliance'] => {
  const related = findRule(finding.rule)?.relatedControls ?? []
  const reasons = finding.reasons.map(ReasonCode => ({ ReasonCode, Description: describeFinding(finding) }))
  return {
    Status: passes ? 'PASSED' : STATUS[finding.status],
    ...(related.length > 0 && { RelatedRequirements: [...related] }),
    ...(reasons.length > 0 && !passes && { StatusReasons: reasons }),
  }
}

/**
 * A finding as a document of the AWS Security Finding Format (2018-10-08). The same finding has the same Id whenever it
 * is sent again.
 */
export const toAsff = (finding: Finding, { now, archived = false }: AsffOptions): Asff => {
  const { resource, rule, event, workflow } = finding
  const passes = archived || finding.status === 'PASSED'
  const severity = { Label: passes ? 'INFORMATIONAL' : finding.severity, Original: finding.severity } as const
  const url = findAwsPage(rule)
  const product = `arn:${getPartition(resource.region)}:securityhub:${resource.region}:${resource.accountId}:product/${resource.accountId}/default`
  return {
    SchemaVersion: '2018-10-08',
    Id: limitText(finding.id, 512),
    ProductArn: product,
    ProductName: 'virtguard',
    CompanyName: 'virtguard',
    Region: resource.region,
    GeneratorId: `virtguard/${rule}`,
    AwsAccountId: resource.accountId,
    ...buildAccountName(resource),
    Types: [TYPE],
    FirstObservedAt: event.time,
    LastObservedAt: event.time,
    CreatedAt: event.time,
    UpdatedAt: now.toISOString(),
    Severity: severity,
    Title: limitText(`${buildHeadline(finding)}: ${resource.id}`, 256),
    Description: describeFinding(finding),
    Remediation: {
      Recommendation: { Text: limitText(finding.remediation, 512), ...(url !== undefined && { Url: url }) },
    },
    ProductFields: buildProductFields(finding),
    Resources: [buildResource(resource, finding.facts)],
    Compliance: buildCompliance(finding, passes),
    RecordState: archived ? 'ARCHIVED' : 'ACTIVE',
    ...(workflow === 'SUPPRESSED' && { Workflow: { Status: 'SUPPRESSED' } }),
    FindingProviderFields: { Severity: severity, Types: [TYPE] },
  }
}
