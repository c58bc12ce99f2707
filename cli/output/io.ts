import { setImmediate } from 'node:timers/promises'

/** An output: standard output or standard error. */
export type Output = {
  readonly write: (text: string) => void
  /** Resolves when more can be taken without piling up. */
  readonly ready: () => Promise<void>
  readonly isTerminal: boolean
  /** The width of the terminal. 80 if there is none. */
  readonly columns: number
  readonly hasColour: boolean
}

/** All that the commands see of the world around them. */
export type Io = {
  readonly stdin: AsyncIterable<Buffer> & { readonly isTTY?: boolean }
  readonly out: Output
  readonly err: Output
  readonly now: () => Date
  /** The login name of who runs it. */
  readonly user: () => string
  /** Called if the program ends before its command does, with the exit code so far. */
  readonly onBrokenPipe: (exitCode: () => number) => void
}

const MIN_COLUMNS = 40

/** A stream of the process as an output. Lets other work run between two pieces, so that a progress bar moves. */
export const streamOutput = (stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Output => ({
  write: text => {
    stream.write(text)
  },
  ready: async () => {
    if (stream.writableNeedDrain) await new Promise<void>(resolve => stream.once('drain', resolve))
    else await setImmediate()
  },
  isTerminal: stream.isTTY === true,
  columns: Math.max(MIN_COLUMNS, stream.isTTY === true ? stream.columns || 80 : 80),
  hasColour: stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
})
