import { getFamily } from '../../shared/catalogue/family.ts'
import type { ReportRow } from '../../shared/report/chunk.ts'

/** The values in the order in which a reader wants to see them. */
export const LEVELS = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO', 'UNKNOWN', 'EXEMPT', 'PASSED'] as const
export type Level = (typeof LEVELS)[number]

export type Item = ReportRow & {
  readonly level: Level
  readonly family: string
  /** All that can be searched for, in lower case. */
  readonly haystack: string
}

const getLevel = ({ status, severity, workflow }: ReportRow): Level => {
  if (workflow === 'SUPPRESSED') return 'EXEMPT'
  if (status === 'UNKNOWN' || status === 'PASSED') return status
  return LEVELS.find(level => level === severity) ?? 'INFO'
}

const buildSearchText = (row: ReportRow): string =>
  [
    row.resourceId,
    row.rule,
    row.message,
    row.imageId,
    row.instanceType,
    row.accountId,
    row.region,
    row.actorArn,
    row.autoScalingGroup,
    row.launchTemplate,
    row.stack,
    row.cluster,
    row.exemptionOwner,
    row.exemptionReason,
    row.name,
    row.imageName,
    row.accountName,
  ]
    .join('\n')
    .toLowerCase()

/** A finding with the values by which it is filtered, sorted and searched. */
export const createItem = (row: ReportRow): Item => ({
  ...row,
  level: getLevel(row),
  family: row.instanceType === '' ? '' : getFamily(row.instanceType),
  haystack: buildSearchText(row),
})

/** Whether it stands for something that is wrong, or may be. */
export const isOpen = ({ level }: Item): boolean => level !== 'EXEMPT' && level !== 'PASSED'
