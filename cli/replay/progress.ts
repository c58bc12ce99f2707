import cliProgress, { type Options, type Params } from 'cli-progress'
import { BAR_OPTIONS, createPlainTerminal, formatNumber, renderBar } from '../output/bar.ts'
import type { Output } from '../output/io.ts'
import { countFindings, type Tally } from '../output/tally.ts'
import { truncate } from '../output/width.ts'

/** A line at the foot of the terminal. A writer above it hides it before and shows it again after. */
export type Progress = {
  readonly advance: (bytes: number) => void
  readonly hide: () => void
  readonly show: () => void
  readonly stop: () => void
}

export const NO_PROGRESS: Progress = { advance: () => {}, hide: () => {}, show: () => {}, stop: () => {} }

const CLEAR_LINE = '\r\x1b[2K'

const formatDuration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '?'
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

type Line = { readonly tally: Tally; readonly totalBytes: number | undefined; readonly columns: number }

const createFormatter =
  ({ tally, totalBytes, columns }: Line) =>
  (options: Options, { value, progress, startTime }: Params): string => {
    const seconds = Math.max(0.001, (Date.now() - startTime) / 1000)
    const counts = `${formatNumber(tally.records)} records, ${formatNumber(countFindings(tally))} findings, ${formatNumber(tally.records / seconds)}/s`
    if (totalBytes === undefined) return truncate(`${counts}, ${formatDuration(seconds)} so far`, columns - 1)
    const left = formatDuration((seconds * (totalBytes - value)) / Math.max(1, value))
    const bar = renderBar(progress, options)
    return truncate(`${bar} ${Math.floor(progress * 100)}% ${counts}, ${left} left`, columns - 1)
  }

// The terminal of the library restores the cursor to its position at the start: among rows that were written since.
const createTerminal = (err: Output) => ({
  ...createPlainTerminal(err),
  clearLine: () => err.write(CLEAR_LINE),
  newline: () => err.write('\n'),
})

/** Progress of a replay on standard error. None if that is no terminal or the user wants none. */
export const startProgress = (err: Output, line: Omit<Line, 'columns'>): Progress => {
  const options = {
    ...BAR_OPTIONS,
    format: createFormatter({ ...line, columns: err.columns }),
    terminal: createTerminal(err),
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
