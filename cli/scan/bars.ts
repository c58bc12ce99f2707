import cliProgress, { type MultiBar, type Options, type Params, type SingleBar } from 'cli-progress'
import type { Counts } from '../../shared/ledger/coverage.ts'
import { BAR_OPTIONS, createPlainTerminal, formatNumber, renderBar } from '../output/bar.ts'
import type { Output } from '../output/io.ts'
import { pad, truncate } from '../output/width.ts'

/** The bar of one region. */
export type Bar = {
  readonly page: (counts: Counts, findings: number) => void
  readonly done: () => void
}

/** Bars at the foot of the terminal, one for each region that is being read, and one for all of them. */
export type Bars = {
  /** So many more regions are to be read. */
  readonly add: (regions: number) => void
  readonly region: (name: string) => Bar
  /** A writer to the terminal hides them before and shows them again after. */
  readonly hide: () => void
  readonly show: () => void
  readonly stop: () => void
}

const NO_BAR: Bar = { page: () => {}, done: () => {} }
export const NO_BARS: Bars = { add: () => {}, region: () => NO_BAR, hide: () => {}, show: () => {}, stop: () => {} }

const PAGES_IN_BAR = 16

/** With more of them the terminal of a laptop would scroll. */
const MOST_BARS = 12

// It goes back over as many lines as it has written, wherever the cursor is.
const createTerminal = (err: Output) => {
  let below = 0
  const drawTop = (): void => err.write(below === 0 ? '\r' : `\x1b[${below}A\r`)
  return {
    ...createPlainTerminal(err),
    newline: () => {
      err.write('\n')
      below += 1
    },
    cursorRelativeReset: () => {
      drawTop()
      below = 0
    },
    clearBottom: () => err.write('\x1b[J'),
    clearLine: () => err.write('\x1b[2K'),
  }
}

type Seen = { pages: number; seen: number; findings: number }

// How many pages a region has is not known before its last: its bar grows by the page.
const formatRegionLine = (name: string, state: Seen, columns: number) => (options: Options, params: Params) => {
  const seconds = Math.max(0.001, (Date.now() - params.startTime) / 1000)
  const share = Math.min(1, state.pages / PAGES_IN_BAR)
  const bar = renderBar(share, options)
  const rate = state.seen === 0 ? '' : `, ${formatNumber(state.seen / seconds)}/s`
  return truncate(
    `${bar} ${pad(name, 28)} ${formatNumber(state.seen)} instances, ${formatNumber(state.findings)} findings${rate}`,
    columns - 1,
  )
}

const formatWholeLine =
  (columns: number) =>
  (options: Options, { value, total, progress }: Params) => {
    const bar = renderBar(progress, options)
    return truncate(`${bar} ${value} of ${total} regions read`, columns - 1)
  }

const createBar = (bars: MultiBar, whole: SingleBar, format: (state: Seen) => Options['format']): Bar => {
  const state: Seen = { pages: 0, seen: 0, findings: 0 }
  const bar = bars.create(1, 0, {}, { format: format(state) })
  return {
    page: ({ seen }, findings) => {
      state.pages += 1
      state.seen += seen
      state.findings += findings
    },
    done: () => {
      whole.increment()
      bar.stop()
      bars.remove(bar)
    },
  }
}

/** Progress of a scan on standard error, which must be a terminal. */
export const startBars = (err: Output): Bars => {
  const terminal = createTerminal(err)
  const options = { ...BAR_OPTIONS, terminal, format: '' }
  const bars = new cliProgress.MultiBar(options)
  const whole = bars.create(0, 0, {}, { format: formatWholeLine(err.columns) })
  let open = 0
  return {
    add: regions => whole.setTotal(whole.getTotal() + regions),
    region: name => {
      if (open >= MOST_BARS) return { ...NO_BAR, done: () => whole.increment() }
      open += 1
      const bar = createBar(bars, whole, state => formatRegionLine(name, state, err.columns))
      return {
        ...bar,
        done: () => {
          open -= 1
          bar.done()
        },
      }
    },
    hide: () => {
      terminal.cursorRelativeReset()
      terminal.clearBottom()
    },
    show: () => bars.update(),
    stop: () => bars.stop(),
  }
}
