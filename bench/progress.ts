import { performance } from 'node:perf_hooks'

/** Says on stderr what the benchmark is doing: one line that is overwritten on a terminal, a line a step elsewhere. */
export type Progress = {
  /** `share` is the finished part, 0 to 1. With it the remaining time is shown. */
  readonly step: (text: string, share?: number) => void
  readonly say: (text: string) => void
  /** Begins a new part, to which the shares belong. */
  readonly part: (name: string) => void
  readonly done: () => void
}

export function startProgress(stream: NodeJS.WriteStream): Progress {
  let part = ''
  let started = performance.now()
  const clear = () => {
    if (stream.isTTY) stream.write('\r\u001b[K')
  }
  const printLine = (text: string) => {
    clear()
    stream.write(`${text}\n`)
  }
  return {
    say: printLine,
    part: name => {
      part = name
      started = performance.now()
    },
    step: (text, share) => {
      const line = `${part}: ${text}${share === undefined ? '' : timeLeft(performance.now() - started, share)}`
      if (stream.isTTY) stream.write(`\r\u001b[K${line}`)
      else stream.write(`${line}\n`)
    },
    done: clear,
  }
}

function timeLeft(elapsedMs: number, share: number): string {
  if (share <= 0) return ''
  const seconds = Math.round((elapsedMs * (1 - share)) / share / 1000)
  return `, ${seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} left`
}
