import type { Item } from '../../shared/aws/ledger/items.ts'
import { UserError } from '../../shared/errors.ts'
import type { State } from '../../shared/ledger/row.ts'
import { type Entry, readEntry } from '../output/entry.ts'

/** The findings to promise a stop. Every given key must match. */
export type Choice = {
  readonly states: readonly State[]
  /** The region in which the stack stops. */
  readonly region: string
  readonly rules: readonly string[]
  readonly instances: readonly string[]
  /** When it was left running. */
  readonly since: Date
  readonly before?: Date
}

/** The chosen findings, and remarks on the rest. */
export type Chosen = {
  readonly entries: readonly Entry[]
  /** Findings of other regions, in which the stack stops nothing. */
  readonly elsewhere: number
  /** A line for each row that is damaged. */
  readonly problems: readonly string[]
}

/** The time since which a finding has its state. */
const findLeftAt = ({ history, writtenAt }: Entry): string => history.at(-1)?.at ?? writtenAt

const isOfAge = (entry: Entry, { since, before }: Choice): boolean => {
  const at = Date.parse(findLeftAt(entry))
  return at >= since.getTime() && (before === undefined || at < before.getTime())
}

const isWanted = (entry: Entry, choice: Choice): boolean => {
  const { states, rules, instances } = choice
  const { rule, resource } = entry.finding
  return (
    resource.type === 'AwsEc2Instance' &&
    states.includes(entry.state) &&
    (rules.length === 0 || rules.includes(rule)) &&
    (instances.length === 0 || instances.includes(resource.id)) &&
    isOfAge(entry, choice)
  )
}

/** Reads rows of the ledger, and gives those that are wanted. */
export const selectChosen = async (
  pages: AsyncIterable<readonly Item[]>,
  { choice, now }: { readonly choice: Choice; readonly now: Date },
): Promise<Chosen> => {
  const entries: Entry[] = []
  const problems: string[] = []
  let elsewhere = 0
  const take = (item: Item): void => {
    const entry = readEntry(item, now)
    if (!isWanted(entry, choice)) return
    if (entry.finding.resource.region === choice.region) entries.push(entry)
    else elsewhere += 1
  }
  for await (const items of pages)
    for (const item of items)
      try {
        take(item)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        problems.push(error.message)
      }
  return { entries, elsewhere, problems }
}
