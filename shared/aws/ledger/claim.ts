import type { Finding } from '../../engine/finding.ts'
import { chunkIntoTransactions, createRow, findPrevious, mustWait } from '../../ledger/claim.ts'
import { areSiblings, getMessageId } from '../../ledger/claimant.ts'
import { mayTeach } from '../../ledger/owned.ts'
import { type Claim, type Claimed, type Claiming, type RowKey, toEpochSeconds } from '../../ledger/row.ts'

import { setName } from './set-name.ts'
import { type Entry, type Outcome, type Transactions, writeEntries } from './write-entries.ts'

/** The parts of the ledger for a claim: its transactions, and the way to give a claim back. */
export type ClaimLedger = Transactions & {
  readonly release: (keys: readonly RowKey[], claimant: string) => Promise<void>
}

// Marked rows of our own message are no sign of another: of a launch in several parts, the others may be missing.
const wasAlertedByAnother = ({ others }: Outcome, { launchId, claimant }: Claim): boolean =>
  others.every(row => row?.launchId === launchId && getMessageId(row.claimant) !== getMessageId(claimant))

/**
 * Another delivery of our message has one of these, and may yet die with it. Or another report of an earlier run has, and this
 * start may be evaluated after that. Our message must not be done before.
 */
const isBeingAlerted = ({ others }: Outcome, entries: readonly Entry[], claim: Claim): boolean => {
  const findings = new Map(entries.map(({ pk, sk, finding }) => [`${pk} ${sk}`, finding]))
  // One whose lease has passed is not among the others: it is claimed.
  return others.some(row => {
    if (row?.state !== 'NEW') return false
    const finding = findings.get(`${row.pk} ${row.sk}`)
    return areSiblings(row.claimant, claim.claimant) || (finding !== undefined && mustWait(row, finding, claim))
  })
}

/**
 * Who has the rows of the first transaction if none of them is ours. `nobody`: no other report of this launch. `same`:
 * one of this run that knows exactly what we know, and alerts it. `claiming`: one that knows something else, and may be
 * writing the rest at this moment. `done`: one that has alerted what it knows.
 */
type Winner = 'nobody' | 'same' | 'claiming' | 'done'

/** Whether some row was claimed since the instances were started. A row that was left in an earlier run keeps its claim. */
const isOfThisRun = ({ others }: Outcome, { startedAt }: Claim): boolean =>
  startedAt === undefined || others.some(row => row !== undefined && Date.parse(row.writtenAt) >= Date.parse(startedAt))

const findWinner = (outcome: Outcome, claim: Claim, claimedWith: string | undefined): Winner => {
  if (!wasAlertedByAnother(outcome, claim)) return 'nobody'
  const isSameSet = outcome.others.every(row => row?.claimedWith === claimedWith)
  if (isSameSet && isOfThisRun(outcome, claim)) return 'same'
  const present = toEpochSeconds(claim.now)
  return outcome.others.some(row => row?.state === 'NEW' && row.leaseUntil >= present) ? 'claiming' : 'done'
}

const toClaimed = ({ finding: reported, claimed: finding = reported, row }: Entry): Claimed => {
  const previous = findPrevious(row.history)
  return previous === undefined ? finding : { ...finding, previous }
}

/** Whether our report names who launched it, and the one that has claimed these rows may not have known that. */
const knowsCaller = ([first]: readonly Entry[], { others }: Outcome): boolean =>
  first !== undefined && others.some(row => row !== undefined && mayTeach(first.finding, row))

/**
 * The other rows of a launch that another report has claimed as a whole learn who launched it, as those of the first have. Each
 * delivery goes through all of them, because one before it may have died in the middle.
 */
const learnRest = async (rest: readonly (readonly Entry[])[], ledger: Transactions, claim: Claim): Promise<void> => {
  for (const transaction of rest) {
    const entries = transaction.map((entry): Entry => ({ ...entry, learns: true }))
    await writeEntries(entries, ledger, claim)
  }
}

/**
 * Writes them transaction by transaction. Another report of this launch that has the first of them may know less than
 * we do, because EC2 names the instances of a launch one after the other. The instances that it cannot have known are
 * claimed when its claim is complete. Otherwise the launch would be alerted in two halves.
 */
const writeAll = async (entries: readonly Entry[], ledger: Transactions, claim: Claim) => {
  const written: Entry[] = []
  let beingAlerted = false
  let isFirst = true
  const transactions = chunkIntoTransactions(entries)
  for (const [index, transaction] of transactions.entries()) {
    const outcome = await writeEntries(transaction, ledger, claim)
    beingAlerted ||= isBeingAlerted(outcome, transaction, claim)
    isFirst &&= outcome.others.length === 0 && outcome.written.every(({ seen }) => seen === undefined)
    written.push(...outcome.written)
    if (index > 0 || transactions.length === 1 || outcome.written.length > 0) continue
    // Stryker disable next-line OptionalChaining: no transaction is empty.
    const winner = findWinner(outcome, claim, transaction[0]?.row.claimedWith)
    beingAlerted ||= winner === 'claiming'
    if (winner === 'same' && knowsCaller(transaction, outcome)) await learnRest(transactions.slice(1), ledger, claim)
    if (beingAlerted || winner === 'same') break
  }
  return { written, beingAlerted, isFirst }
}

/**
 * Claims findings and returns those to alert. A finding that somebody else alerted, or is alerting, is not among them.
 * A suppressed one is only recorded. One that recurred has its earlier state. New ones cost one call. Throws what
 * DynamoDB throws; nothing is alerted then.
 */
export const claimBy = async (
  findings: readonly Finding[],
  { release, ...ledger }: ClaimLedger,
  claim: Claim,
): Promise<Claiming> => {
  const rows = findings.map(finding => ({ finding, row: createRow(finding, claim) }))
  const claimedWith = setName(rows.map(({ row }) => row))
  const entries = rows.map(({ finding, row }): Entry => {
    const { pk, sk } = row
    return { pk, sk, row: claimedWith === undefined ? row : { ...row, claimedWith }, finding }
  })
  const { written, beingAlerted, isFirst } = await writeAll(entries, ledger, claim)
  const ours = new Map(written.map(entry => [entry.finding, toClaimed(entry)]))
  return {
    ours: findings.flatMap(finding => (finding.workflow === 'NEW' ? (ours.get(finding) ?? []) : [])),
    beingAlerted,
    isFirst,
    release: () => release(written, claim.claimant),
  }
}
