import type { Alert } from './alert.ts'
import { formatInstances } from './content.ts'

/** The findings that an alert left out, because SNS limits its size. Only for an alert that came through SNS. */
export const describeOmitted = ({ omitted }: Alert): readonly string[] =>
  omitted === 0
    ? []
    : [
        `${omitted === 1 ? '1 finding is' : `${formatInstances(omitted)} findings are`} left out of this alert: \`virtguard findings\` lists all.`,
      ]
