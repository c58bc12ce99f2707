import type { Condition } from './conditions.ts'
import type { StepCode } from './step-table.ts'

/** One step of a migration path: what to do, how, and what may go wrong. */
export type Step = {
  readonly code: StepCode
  /** What has to be so before you do it: facts that are not known. Absent if all that it requires is known. */
  readonly onlyIf?: readonly Condition[]
  readonly what: string
  /** Lines for a shell; upper-case words in them are to be filled in. */
  readonly commands?: readonly string[]
  readonly risk?: string
}

/** An id for a shell. A text that is no id is left for you to fill in. */
export const orPlaceholder = (text: string | undefined, otherwise: string): string =>
  text !== undefined && /^[A-Za-z0-9][\w./:-]*$/.test(text) ? text : otherwise

/** A command of the AWS CLI, in its region. */
export const formatAwsCommand = (region: string, command: string): string =>
  `aws ${command} --region ${orPlaceholder(region, 'REGION')}`
