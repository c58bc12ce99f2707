import type { Finding } from '../engine/finding.ts'
import { inTransactions, previousIn, rowOf } from '../ledger/claim.ts'
import type { Claim, Claimed } from '../ledger/row.ts'
import type { Table } from './items.ts'
import { type Entry, type Outcome, writeEntries } from './write-entries.ts'

/** The table in which the ledger is kept. */
export type Ledger = Table

// Our own rows that are marked already are no sign of somebody else: of a launch in several parts, the others may be missing.
const toldBySomebodyElse = ({ written, others }: Outcome, { launchId, claimant }: Claim): boolean =>
  written.length === 0 &&
  others.every(({ Item }) => Item?.['launchId']?.S === launchId && Item['claimant']?.S !== claimant)

const claimed = ({ finding, row }: Entry): Claimed => {
  const previous = previousIn(row.history)
  return previous === undefined ? finding : { ...finding, previous }
}

/**
 * Claims findings for telling and returns those that are ours to tell: a finding that somebody else told, or is telling,
 * is not among them; a suppressed one is only recorded; one that is back says what had become of it. New ones cost one
 * call. Throws what DynamoDB throws; nothing is told then.
 */
export const claimFindings = async (
  findings: readonly Finding[],
  ledger: Ledger,
  claim: Claim,
): Promise<readonly Claimed[]> => {
  const entries = findings.map((finding): Entry => {
    const row = rowOf(finding, claim)
    return { pk: row.pk, sk: row.sk, row, finding }
  })
  const ours = new Map<Finding, Claimed>()
  for (const [index, transaction] of inTransactions(entries).entries()) {
    const outcome = await writeEntries(transaction, ledger, claim)
    // Whoever wrote the first rows of this launch writes the others too: to go on would tell the launch in two halves.
    if (index === 0 && toldBySomebodyElse(outcome, claim)) return []
    for (const entry of outcome.written) ours.set(entry.finding, claimed(entry))
  }
  return findings.flatMap(finding => (finding.workflow === 'NEW' ? (ours.get(finding) ?? []) : []))
}
