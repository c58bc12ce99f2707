import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { UserError } from '../../shared/errors.ts'
import type { Ec2Event } from '../../shared/facts/event.ts'
import type { Severity } from '../../shared/rules/rule.ts'
import { describeFileError } from '../input/file-error.ts'
import { findInputs, type Input, type Skipped } from '../input/find-inputs.ts'
import { readInput } from '../input/read-input.ts'
import type { Position, Sink } from '../input/splitter-state.ts'
import { createFindingLayout } from '../output/finding-layout.ts'
import { createFindingWriter } from '../output/finding-writer.ts'
import type { ReportFormat } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import {
  countFinding,
  countFormat,
  countOther,
  createTally,
  exitCodeOf,
  summarizeTally,
  type Tally,
} from '../output/tally.ts'
import type { Writer } from '../output/writer.ts'
import type { ReportHead } from '../report/report-data.ts'
import { type Found, type UnwrapSink, unwrap } from '../wrappers/unwrap.ts'
import { isReadable } from '../wrappers/wrappers.ts'
import { evaluateEvent, readRecord } from './evaluate-record.ts'
import { NO_PROGRESS, type Progress, startProgress } from './progress.ts'
import { createSeenEvents, type SeenEvents } from './seen-events.ts'

export type ReplayOptions = {
  readonly format: ReportFormat
  readonly all: boolean
  readonly failOn: Severity
  readonly progress: boolean
}

type Replay = {
  readonly io: Io
  readonly world: World
  readonly options: ReplayOptions
  readonly tally: Tally
  readonly rows: Writer<Finding>
  readonly progress: Progress
  readonly seen: SeenEvents
  /** Rows that wait to be written together. */
  pending: string
}

const MAX_PENDING = 1024 * 1024

const reportProblem = ({ io, tally, progress }: Replay, text: string): void => {
  tally.problems++
  progress.hide()
  printLine(io.err, text)
}

const flush = (replay: Replay): void => {
  if (replay.pending === '') return
  // If both are one terminal, rows and the bar would be written through each other.
  if (replay.io.out.isTerminal) replay.progress.hide()
  replay.io.out.write(replay.pending)
  replay.pending = ''
  if (replay.io.out.isTerminal) replay.progress.show()
}

const takeFindings = (replay: Replay, event: Ec2Event): void => {
  const { tally, world, options, rows } = replay
  for (const finding of evaluateEvent(event, world, options.all)) {
    countFinding(tally, finding, options.failOn)
    replay.pending += rows.row(finding)
  }
  // A small piece of compressed data may contain very many.
  if (replay.pending.length > MAX_PENDING) flush(replay)
}

type Taken = { readonly value: unknown; readonly found: Found; readonly place: () => string }

const take = (replay: Replay, { value, found, place }: Taken): void => {
  const { tally, seen } = replay
  tally.records++
  const read = readRecord(value)
  if ('unreadable' in read) {
    tally.unreadable++
    if (read.isForeign) tally.foreign++
    reportProblem(replay, `${place()}: ${read.unreadable}`)
    return
  }
  countFormat(tally, nameFormat(value, found))
  const { event } = read
  if (seen.isRepeated(event, value)) {
    tally.repeated++
    return
  }
  tally.events[event.kind]++
  if (event.kind !== 'ignored' && event.misread !== undefined) {
    tally.misread++
    tally.firstMisread ??= `${place()}: ${event.misread[0]}`
  }
  takeFindings(replay, event)
}

const nameFormat = (value: unknown, { inside }: Found): string => {
  const isEnvelope = typeof value === 'object' && value !== null && 'detail-type' in value
  const form = isEnvelope ? 'EventBridge events' : 'CloudTrail records'
  return inside === '' ? form : `${form} in ${inside}`
}

async function* countInputs(source: AsyncIterable<Buffer>, progress: Progress): AsyncGenerator<Buffer> {
  for await (const piece of source) {
    progress.advance(piece.length)
    yield piece
  }
}

const readOne = async (replay: Replay, input: Input): Promise<void> => {
  let position: Position = { line: 1, record: 1 }
  const formatPlace = (item?: string): string =>
    `${input.name}:${position.line} (record ${position.record}${item === undefined ? '' : `, item ${item}`})`
  const unwrapped: UnwrapSink = {
    onRecord: (value, found) => take(replay, { value, found, place: () => formatPlace(found.item) }),
    onOther: name => countOther(replay.tally, name),
    onProblem: (what, { item }) => reportProblem(replay, `${formatPlace(item)}: ${what}`),
  }
  const sink: Sink = {
    isRecord: isReadable,
    onRecord: (value, at) => {
      position = at
      unwrap(value, unwrapped, at.inside)
    },
    onProblem: (what, at) => {
      position = at
      reportProblem(replay, `${formatPlace()}: ${what}`)
    },
  }
  const pause = async (): Promise<void> => {
    flush(replay)
    await replay.io.out.ready()
    await replay.io.err.ready()
  }
  try {
    await readInput(countInputs(input.open(), replay.progress), { sink, pause })
  } catch (error) {
    const words = error instanceof UserError ? error.message : describeFileError(error)
    if (words === undefined) throw error
    reportProblem(replay, `${input.name}: ${words}`)
  }
  await pause()
}

const sumOf = (inputs: readonly Input[]): number | undefined =>
  inputs.some(({ size }) => size === undefined) ? undefined : inputs.reduce((sum, { size = 0 }) => sum + size, 0)

const reportSkipped = (io: Io, skipped: Skipped): void => {
  if (skipped.size === 0) return
  const total = [...skipped.values()].reduce((sum, count) => sum + count, 0)
  const why = [...skipped].map(([reason, count]) => `${count} ${reason}`).join(', ')
  printLine(io.err, `${total} left out in folders: ${why}`)
}

type Rows = { readonly format: ReportFormat; readonly head: ReportHead; readonly now: Date }

const createRowWriter = async (io: Io, { format, head, now }: Rows): Promise<Writer<Finding>> => {
  if (format !== 'html') return createFindingWriter(format, { layout: createFindingLayout(io.out), now })
  const { readPage } = await import('../report/page.ts')
  const { reportWriter } = await import('../report/report-writer.ts')
  const { begin, row, end } = reportWriter(await readPage(), head)
  return { begin, row, end: () => end({ coverage: [] }) }
}

/** Evaluates all records under the paths and writes the findings as they come. Returns the exit code. */
export const replay = async (
  io: Io,
  paths: readonly string[],
  { world, options, head }: Pick<Replay, 'world' | 'options'> & { readonly head: ReportHead },
): Promise<number> => {
  const tally = createTally()
  io.onBrokenPipe(() => exitCodeOf(tally))
  const { inputs, skipped, problems } = await findInputs(paths, io.stdin)
  const progress =
    io.err.isTerminal && options.progress ? startProgress(io.err, { tally, totalBytes: sumOf(inputs) }) : NO_PROGRESS
  const rows = await createRowWriter(io, { format: options.format, head, now: world.now })
  const state: Replay = { io, world, options, tally, rows, progress, seen: createSeenEvents(), pending: rows.begin }
  for (const text of problems) reportProblem(state, text)
  try {
    for (const input of inputs) await readOne(state, input)
    state.pending += rows.end()
    flush(state)
  } finally {
    progress.stop()
  }
  tally.forgotten = state.seen.hasForgotten()
  reportSkipped(io, skipped)
  for (const line of summarizeTally(tally, inputs.length)) printLine(io.err, line)
  return exitCodeOf(tally)
}
