import type { CancellationReason, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb'
import type { Finding } from '../../engine/finding.ts'
import { ABSENT, buildSameFindingCondition, createRow, extendHistory, mayReplace } from '../../ledger/claim.ts'
import type { Condition } from '../../ledger/condition.ts'
import { addKnownOwner, learnActor } from '../../ledger/owned.ts'
import type { Claim, Row, RowKey } from '../../ledger/row.ts'
import { pauseAfterAttempt, WRITE_ATTEMPTS } from './attempts.ts'
import { readRow, updateOf } from './items.ts'
import { isPassing, isRefused, repeatTransact, type Transact } from './repeat-transact.ts'

/** A table, and what writes several of its rows at once. */
export type Transactions = { readonly table: string; readonly transact: Transact }

/** A row to be written, and what lies in its place if it may be written over all the same. */
export type Entry = RowKey & {
  readonly row: Row
  readonly finding: Finding
  readonly seen?: Row
  /** The finding as it is claimed, if the row in whose place it is written knows more of who launched the instance. */
  readonly claimed?: Finding
  /** Nothing is claimed: the row that lies there is only to know who launched the instance. */
  readonly learns?: true
}

// What a row may hold of an earlier story.
const EARLIER = ['alertedAt', 'untold', 'inDigest', 'stopAt', 'stopRequestedAt', 'claimedWith']

/** Never holds: DynamoDB answers with the row that is there. */
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
 * The entry once more, with what was found in its place. Where that has been told, or is being told, it only learns from the
 * entry, or is left: undefined.
 */
const retryEntry = (entry: Entry, seen: Row | undefined, claim: Claim): Entry | undefined => {
  if (seen === undefined) return undefined
  const { claimedWith } = entry.row
  const finding = addKnownOwner(entry.finding, [seen])
  if (entry.learns || !mayReplace(seen, finding, claim))
    return learnActor(seen, entry.finding) === undefined ? undefined : { ...entry, seen, learns: true }
  // What is written now, and not what a try before this one had found in its place.
  const row = createRow(finding, claim)
  const history = row.history.flatMap(next => extendHistory(seen, next))
  const next = { ...row, history, ...(claimedWith !== undefined && { claimedWith }) }
  return { ...entry, seen, row: next, claimed: finding }
}

/** What was written, and the rows in whose place nothing may be written: undefined for one that is gone by now. */
export type Outcome = { readonly written: readonly Entry[]; readonly others: readonly (Row | undefined)[] }

/** A row may change between a refusal and the next try: its stop is settled while the instance is seen to be up again. */
const CHANGES = 5

/** What is left to write after a refusal; puts aside what may not be written. */
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

/** Writes what may be written and leaves the rest; all of it or nothing in each try. */
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
    // What was refused is looked at again; where another row was only being written at that moment, a little later.
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
