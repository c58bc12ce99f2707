import type { Finding } from '../../engine/finding.ts'
import { inTransactions, previousIn, rowOf } from '../../ledger/claim.ts'
import { areSiblings, messageOf } from '../../ledger/claimant.ts'
import { type Claim, type Claimed, type Claiming, epochSeconds, type RowKey } from '../../ledger/row.ts'
import { rowOfItem } from './items.ts'
import { type Entry, type Outcome, type Transactions, writeEntries } from './write-entries.ts'

/** What a claim needs of the ledger: its transactions, and how to give back what was claimed. */
export type ClaimLedger = Transactions & {
  readonly release: (keys: readonly RowKey[], claimant: string) => Promise<void>
}

// Rows of our own message that are marked already are no sign of somebody else: of a launch in several parts, the others may be missing.
const toldBySomebodyElse = ({ written, others }: Outcome, { launchId, claimant }: Claim): boolean =>
  written.length === 0 &&
  others.every(
    ({ Item }) => Item?.['launchId']?.S === launchId && messageOf(Item['claimant']?.S ?? '') !== messageOf(claimant),
  )

/** Another delivery of our message holds one of these, and may yet die with it: our message must not be done before. */
const isBeingTold = ({ others }: Outcome, { claimant, now }: Claim): boolean =>
  others.some(({ Item }) => {
    if (Item === undefined) return false
    const row = rowOfItem(Item)
    return row.state === 'NEW' && areSiblings(row.claimant, claimant) && row.leaseUntil >= epochSeconds(now)
  })

const claimed = ({ finding, row }: Entry): Claimed => {
  const previous = previousIn(row.history)
  return previous === undefined ? finding : { ...finding, previous }
}

/** Writes them transaction by transaction, and stops at once where somebody else is at it. */
const writeAll = async (entries: readonly Entry[], ledger: Transactions, claim: Claim) => {
  const written: Entry[] = []
  let beingTold = false
  for (const [index, transaction] of inTransactions(entries).entries()) {
    const outcome = await writeEntries(transaction, ledger, claim)
    beingTold ||= isBeingTold(outcome, claim)
    written.push(...outcome.written)
    // Whoever wrote the first rows of this launch writes the others too: to go on would tell the launch in two halves.
    if (index === 0 && outcome.written.length === 0 && (beingTold || toldBySomebodyElse(outcome, claim))) break
  }
  return { written, beingTold }
}

/**
 * Claims findings for telling and returns those that are ours to tell: a finding that somebody else told, or is telling,
 * is not among them; a suppressed one is only recorded; one that is back says what had become of it. New ones cost one
 * call. Throws what DynamoDB throws; nothing is told then.
 */
export const claimBy = async (
  findings: readonly Finding[],
  { release, ...ledger }: ClaimLedger,
  claim: Claim,
): Promise<Claiming> => {
  const entries = findings.map((finding): Entry => {
    const row = rowOf(finding, claim)
    return { pk: row.pk, sk: row.sk, row, finding }
  })
  const { written, beingTold } = await writeAll(entries, ledger, claim)
  const ours = new Map(written.map(entry => [entry.finding, claimed(entry)]))
  return {
    ours: findings.flatMap(finding => (finding.workflow === 'NEW' ? (ours.get(finding) ?? []) : [])),
    beingTold,
    release: () => release(written, claim.claimant),
  }
}
