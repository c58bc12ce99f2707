import type { CancellationReason, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import type { Finding } from '../../engine/finding.ts'
import { ABSENT, buildSameFindingCondition, createRow, extendHistory, mayReplace } from '../../ledger/claim.ts'
import type { Condition } from '../../ledger/condition.ts'
import { addKnownOwner, learnActor } from '../../ledger/owned.ts'
import { addRefusedBefore } from '../../ledger/refused-before.ts'
import type { Claim, Claimed, Row, RowKey } from '../../ledger/row.ts'
import { pauseAfterAttempt, WRITE_ATTEMPTS } from './attempts.ts'
import { readRow, updateOf } from './items.ts'
import { isPassing, isRefused, repeatTransact, type Transact } from './repeat-transact.ts'

/** A table, and the call that writes several of its rows at once. */
export type Transactions = { readonly table: string; readonly transact: Transact }

/** A row to write, and the present row if it may be overwritten. */
export type Entry = RowKey & {
  readonly row: Row
  readonly finding: Finding
  readonly seen?: Row
  /** The claimed finding, with what the row that it replaces knows of its launcher, and of a refused stop. */
  readonly claimed?: Claimed
  /** Nothing is claimed: the row that lies there is only to know who launched the instance. */
  readonly learns?: true
}

// Attributes that a row may have from before.
const EARLIER = ['alertedAt', 'untold', 'inDigest', 'stopAt', 'stopRequestedAt', 'claimedWith']

/** Never holds: DynamoDB answers with the present row. */
const NEVER: Condition = { expression: 'attribute_exists(#pk) AND attribute_not_exists(#pk)', values: {} }

const writeActorOf = ({ pk, sk, finding, seen }: Entry, table: string) =>
  updateOf(table, {
    key: { pk, sk },
    set: { finding: (seen && learnActor(seen, finding)) ?? JSON.stringify(finding) },
    condition: seen === undefined ? NEVER : buildSameFindingCondition(seen),
  })

const writeOf = (entry: Entry, table: string) => {
  if (entry.learns) return writeActorOf(entry, table)
  const { row, seen } = entry
  const { pk, sk, ...set } = row
  const remove = EARLIER.filter(name => !Object.hasOwn(set, name))
  return updateOf(table, {
    key: { pk, sk },
    set,
    remove,
    condition: seen === undefined ? ABSENT : buildSameFindingCondition(seen),
  })
}

const buildTransaction = (entries: readonly Entry[], table: string): TransactWriteItemsCommandInput => ({
  TransactItems: entries.map(entry => ({ Update: writeOf(entry, table) })),
})

/**
 * The entry once more, with the row that was found. If that was alerted, or is being alerted, it only learns from the
 * entry, or is left: undefined.
 */
const retryEntry = (entry: Entry, seen: Row | undefined, claim: Claim): Entry | undefined => {
  if (seen === undefined) return undefined
  const { claimedWith } = entry.row
  const finding = addKnownOwner(entry.finding, [seen])
  if (entry.learns || !mayReplace(seen, finding, claim))
    return learnActor(seen, entry.finding) === undefined ? undefined : { ...entry, seen, learns: true }
  // The present row, and not the one that an earlier try had found.
  const claimed = addRefusedBefore(finding, seen)
  const row = createRow(claimed, claim)
  const history = row.history.flatMap(next => extendHistory(seen, next))
  const next = { ...row, history, ...(claimedWith !== undefined && { claimedWith }) }
  return { ...entry, seen, row: next, claimed }
}

/** The rows that were written, and those that may not be overwritten: undefined for one that was deleted meanwhile. */
export type Outcome = { readonly written: readonly Entry[]; readonly others: readonly (Row | undefined)[] }

/**
 * A row may change between a refusal and the next try: its stop is resolved while the instance is seen to run again.
 */
const CHANGES = 5

/** The entries left to write after a refusal. Puts the others aside. */
const selectRemaining = (
  entries: readonly Entry[],
  { reasons, claim }: { readonly reasons: readonly CancellationReason[]; readonly claim: Claim },
) => {
  const others: (Row | undefined)[] = []
  const open = entries.flatMap((entry, index) => {
    const reason = reasons[index]
    if (!isRefused(reason)) return [entry]
    const seen = reason.Item && readRow(reason.Item)
    const again = retryEntry(entry, seen, claim)
    if (again === undefined) others.push(seen)
    return again === undefined ? [] : [again]
  })
  return { open, others }
}

/** Writes the allowed entries and leaves the rest; all of it or nothing in each try. */
export const writeEntries = async (
  entries: readonly Entry[],
  { table, transact }: Transactions,
  claim: Claim,
): Promise<Outcome> => {
  let open = entries
  const others: (Row | undefined)[] = []
  const write = repeatTransact(transact)
  for (let attempt = 1, changes = 0; open.length > 0; ) {
    const outcome = await write(buildTransaction(open, table))
    if (outcome.written) {
      const learned = open.filter(({ learns }) => learns)
      const written = open.filter(({ learns }) => !learns)
      return { written, others: [...others, ...learned.map(({ seen }) => seen)] }
    }
    const { reasons, error } = outcome
    if (!reasons.some(isRefused) || changes >= CHANGES || attempt >= WRITE_ATTEMPTS) throw error
    // Refused entries are tried again, and a little later if another row was only being written at that moment.
    if (reasons.some(isPassing)) {
      await pauseAfterAttempt(attempt)
      attempt += 1
    } else changes += 1
    const left = selectRemaining(open, { reasons, claim })
    others.push(...left.others)
    open = left.open
  }
  return { written: [], others }
}
