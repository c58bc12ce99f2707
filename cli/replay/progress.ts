import cliProgress, { type Options, type Params } from 'cli-progress'
import type { Output } from '../io.ts'
import { BAR_OPTIONS, barText, number, plainTerminal } from '../output/bar.ts'
import { truncate } from '../output/width.ts'
import { findingsIn, type Tally } from './tally.ts'

/** A line at the foot of the terminal. Whoever writes above it hides it before and shows it again after. */
export type Progress = {
  readonly advance: (bytes: number) => void
  readonly hide: () => void
  readonly show: () => void
  readonly stop: () => void
}

export const NO_PROGRESS: Progress = { advance: () => {}, hide: () => {}, show: () => {}, stop: () => {} }

const CLEAR_LINE = '\r\x1b[2K'

const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '?'
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

type Line = { readonly tally: Tally; readonly totalBytes: number | undefined; readonly columns: number }

const formatter =
  ({ tally, totalBytes, columns }: Line) =>
  (options: Options, { value, progress, startTime }: Params): string => {
    const seconds = Math.max(0.001, (Date.now() - startTime) / 1000)
    const counts = `${number(tally.records)} records, ${number(findingsIn(tally))} findings, ${number(tally.records / seconds)}/s`
    if (totalBytes === undefined) return truncate(`${counts}, ${duration(seconds)} so far`, columns - 1)
    const left = duration((seconds * (totalBytes - value)) / Math.max(1, value))
    const bar = barText(progress, options)
    return truncate(`${bar} ${Math.floor(progress * 100)}% ${counts}, ${left} left`, columns - 1)
  }

// Its own terminal restores the cursor to where it was at the start: among rows that have been written since.
const terminalOf = (err: Output) => ({
  ...plainTerminal(err),
  clearLine: () => err.write(CLEAR_LINE),
  newline: () => err.write('\n'),
})

/** Progress of a replay on standard error; none where that is no terminal or the user wants none. */
export const startProgress = (err: Output, line: Omit<Line, 'columns'>): Progress => {
  const options = {
    ...BAR_OPTIONS,
    format: formatter({ ...line, columns: err.columns }),
    terminal: terminalOf(err),
  }
  const bar = new cliProgress.SingleBar(options)
  bar.start(line.totalBytes ?? 0, 0)
  return {
    advance: bytes => bar.increment(bytes),
    hide: () => err.write(CLEAR_LINE),
    show: () => bar.render(),
    stop: () => bar.stop(),
  }
}
