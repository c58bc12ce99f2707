import type { Alert } from './alert.ts'
import { formatInstances } from './content.ts'

/** What an alert does not hold any more, because SNS takes no more: where it came through SNS. */
export const describeOmitted = ({ omitted }: Alert): readonly string[] =>
  omitted === 0
    ? []
    : [
        `${omitted === 1 ? '1 finding is' : `${formatInstances(omitted)} findings are`} left out of this alert: \`virtguard findings\` lists all.`,
      ]
