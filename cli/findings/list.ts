import type { Item } from '../../shared/aws/ledger/items.ts'
import { UserError } from '../../shared/errors.ts'
import { formatCount } from '../output/counted.ts'
import { type Entry, readEntry } from '../output/entry.ts'
import type { Format } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { createWriter, type Writer } from '../output/writer.ts'
import { createEntryLayout } from './entry-layout.ts'
import { addRefusal, describeRefusals, isRefused, type Refusals } from './refused.ts'
import { addFate, describeFates, type Fates, isHypothetical } from './would-stop.ts'

export type Listing = {
  readonly format: Format
  readonly isWanted: (entry: Entry) => boolean
  /** Only findings of rules that observe, with what enforcing them would have done. */
  readonly wouldStop: boolean
  /** Only findings that were to be stopped and were left running, and why. */
  readonly refused: boolean
  /** The account and the start of the period, in words. */
  readonly scope: string
}

type Course = {
  readonly io: Io
  readonly listing: Listing
  readonly rows: Writer<Entry>
  readonly fates: Fates
  readonly refusals: Refusals
  readonly states: Map<string, number>
  problems: number
  /** Stops that are overdue. */
  overdue: number
}

const exitCodeOf = ({ problems }: Course): number => (problems > 0 ? 2 : 0)

const take = (course: Course, item: Item): string => {
  const { listing, states, fates, refusals, rows, io } = course
  try {
    const entry = readEntry(item, io.now())
    if (!listing.isWanted(entry) || (listing.wouldStop && !isHypothetical(entry.finding))) return ''
    if (listing.refused && !isRefused(entry)) return ''
    states.set(entry.state, (states.get(entry.state) ?? 0) + 1)
    if (entry.overdue) course.overdue++
    if (listing.wouldStop) addFate(fates, entry.finding)
    if (listing.refused) addRefusal(refusals, entry)
    return rows.row(entry)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    course.problems++
    printLine(io.err, error.message)
    return ''
  }
}

const describeOverdue = ({ overdue }: Course): readonly string[] =>
  overdue === 0
    ? []
    : [
        `${formatCount(overdue, 'stop')} overdue: a stack that enforces nothing makes none; in another, check the queues FailedStops and UndeliveredStops; what to do: docs/operations.md, From enforcing back to observing`,
      ]

const summarizeListing = ({ listing, states, fates, refusals }: Course): readonly string[] => {
  const total = [...states.values()].reduce((sum, count) => sum + count, 0)
  const byState = [...states].toSorted(([, a], [, b]) => b - a).map(([state, count]) => `${count} ${state}`)
  const found = `${total === 0 ? 'no findings' : formatCount(total, 'finding')} ${listing.scope}`
  if (listing.wouldStop) return [found, ...(total === 0 ? [] : describeFates(fates))]
  if (listing.refused) return [found, ...describeRefusals(refusals)]
  return [total === 0 ? found : `${found}: ${byState.join(', ')}`]
}

/** Writes rows of the ledger as they come, and a summary. Returns 2 if a row is damaged, else 0. */
export const listFindings = async (
  io: Io,
  pages: AsyncIterable<readonly Item[]>,
  listing: Listing,
): Promise<number> => {
  const rows = createWriter(listing.format, createEntryLayout(io.out))
  const counts = { fates: new Map(), refusals: new Map(), states: new Map(), problems: 0, overdue: 0 }
  const course: Course = { io, listing, rows, ...counts }
  io.onBrokenPipe(() => exitCodeOf(course))
  io.out.write(rows.begin)
  for await (const items of pages) {
    io.out.write(items.map(item => take(course, item)).join(''))
    await io.out.ready()
  }
  io.out.write(rows.end())
  for (const line of [...summarizeListing(course), ...describeOverdue(course)]) printLine(io.err, line)
  return exitCodeOf(course)
}
