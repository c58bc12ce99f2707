import cliProgress, { type Options } from 'cli-progress'
import type { Output } from './io.ts'

// The common part of the bars on standard error, be it one or many.

const BAR_WIDTH = 16

export const BAR_OPTIONS = {
  barCompleteChar: '█',
  barIncompleteChar: '░',
  clearOnComplete: true,
  forceRedraw: true,
  // It would take the first Ctrl-C for itself.
  gracefulExit: false,
  fps: 5,
} as const

/** The bar itself; `share` is how much is done, 0 to 1. */
export const renderBar = (share: number, options: Options): string =>
  cliProgress.Format.BarFormat(share, { ...options, barsize: BAR_WIDTH })

/** A number as people write it: `12,345`. */
export const formatNumber = (value: number): string => Math.round(value).toLocaleString('en-US')

/**
 * The terminal for cli-progress, except for how it finds its lines again: its own one assumes that nobody else writes.
 */
export const createPlainTerminal = (err: Output) => ({
  isTTY: () => true,
  getWidth: () => err.columns,
  write: (text: string) => err.write(text),
  cursorTo: () => err.write('\r'),
  clearRight: () => err.write('\x1b[K'),
  cursor: () => {},
  cursorSave: () => {},
  cursorRestore: () => {},
  lineWrapping: () => {},
})
