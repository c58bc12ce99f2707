import { wrap } from '../shared/text/wrap.ts'

const COLUMNS = 80

export type Screen = {
  /** The present step, with the seconds since the start. */
  readonly step: (text: string) => void
  readonly line: (text: string) => void
  /** A mail as its reader gets it. */
  readonly mail: (mail: { readonly to: string; readonly subject: string; readonly text: string }) => void
}

/** Writes to the terminal, 80 columns wide. Colours only if it is one. */
export function createScreen(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Screen {
  const started = Date.now()
  const coloured = out.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const paintText = (code: number) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const [bold, dim, cyan] = [paintText(1), paintText(2), paintText(36)]
  const write = (text: string) => {
    out.write(`${text}\n`)
  }
  return {
    step: text => {
      const clock = `${((Date.now() - started) / 1000).toFixed(1).padStart(5)} s  `
      const wrapped = wrap(text, { columns: COLUMNS, first: clock, rest: ' '.repeat(clock.length) })
      write(`${dim(wrapped.slice(0, clock.length))}${wrapped.slice(clock.length)}`)
    },
    line: write,
    mail: ({ to, subject, text }) => {
      const bar = cyan('|')
      const heading = wrap(`Subject: ${subject}`, { columns: COLUMNS - 4, first: '', rest: '         ' })
      write(`\n  ${cyan(`+-- mail to ${to}`)}`)
      for (const line of heading.split('\n')) write(`  ${bar} ${bold(line)}`)
      write(`  ${bar}`)
      for (const line of text.split('\n')) write(`  ${bar} ${line}`.trimEnd())
      write(`  ${cyan('+--')}\n`)
    },
  }
}
