import { formatUtc } from '../../shared/alert/clock.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Operator } from '../aws/operator.ts'

/** A change that is announced to operations. */
export type Change = {
  /** A few words that begin like `stops were switched off`. */
  readonly what: string
  readonly operator: Operator
  /** Who it is, and why, as the caller says. */
  readonly by: string
  readonly why?: string
  readonly at: Date
  readonly lines: readonly string[]
}

const MOST_LINES = 40
const LONGEST = 500

const shortenText = (line: string): string => (line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line)

/**
 * The text for SNS, for people. The caller is named by AWS. The reason is given by the caller, and the text says so.
 */
export const buildAnnouncement = ({ what, operator, by, why, at, lines }: Change) => {
  const { caller = `not known (${operator.problem})`, reach } = operator
  const left = lines.length - MOST_LINES
  const text = [
    `virtguard: ${what} in ${reach}.`,
    '',
    `Who, as AWS says: ${caller}`,
    `Who, as the caller says: ${by}`,
    ...(why === undefined ? [] : [`Why, as the caller says: ${why}`]),
    `When: ${formatUtc(at.toISOString())}`,
    '',
    ...lines.slice(0, MOST_LINES),
    ...(left > 0 ? [`and ${left} more; virtguard policy show --history has the first 50`] : []),
    '',
    'If none of you did this, undo it (virtguard stops, virtguard policy apply) and find out who the caller is.',
  ]
  return { Subject: `virtguard: ${what}`, Message: text.map(line => toPlainText(shortenText(line))).join('\n') }
}
