import { parseArgs } from 'node:util'
import { UserError } from '../shared/errors.ts'

export const PARTS = ['launches', 'decisions', 'replay', 'lint', 'sweep', 'accounts', 'burst'] as const
export type Part = (typeof PARTS)[number]

export type Options = {
  readonly parts: readonly Part[]
  readonly rounds: number
  readonly latencyMs: number
  readonly replayBytes: number
  readonly replayRounds: number
  readonly sweepRounds: number
  readonly quick: boolean
  readonly json?: string
  readonly write: boolean
}

export const HELP = `Measures the launch guard beside Cloud Custodian, on this machine and in one run.

  npm run bench                         everything, some forty minutes
  npm run bench -- --quick              fewer rounds, 100 MB replayed instead of 1 GB, 30,000 swept instead of 100,000

  --only PART        launches, decisions, replay, lint, sweep, accounts or burst: just this one
  --rounds N         how often both sides are measured in turn (9, quick 3)
  --latency MS       how long each AWS answer takes (25)
  --json FILE        also write every figure of every round to FILE
  --write            also write docs/benchmarks.md and the table in README.md (of all parts)
`

/** The options, or undefined if help is asked for. Throws UserError for one that does not exist or is not a number. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { quick, help, json, write, rounds, latency, only } = parse(args)
  if (help) return undefined
  if (write && only !== undefined) throw new UserError('--write needs all parts: leave out --only')
  const count = parseWholeNumber('--rounds', rounds ?? (quick ? '3' : '9'), 1)
  return {
    parts: only === undefined ? PARTS : [findPart(only)],
    rounds: count,
    latencyMs: parseWholeNumber('--latency', latency ?? '25', 0),
    replayBytes: quick ? 100e6 : 1e9,
    replayRounds: quick ? 2 : 3,
    // A sweep of either side is a matter of seconds, and no event's: fewer will do.
    sweepRounds: quick ? 1 : Math.min(5, count),
    quick,
    write,
    ...(json === undefined ? {} : { json }),
  }
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: { quick: flag, write: flag, help: flag, json: text, rounds: text, latency: text, only: text },
    }).values
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message.split('. ')[0] : error} (npm run bench -- --help)`)
  }
}

function findPart(name: string): Part {
  const part = PARTS.find(known => known === name)
  if (part === undefined) throw new UserError(`--only ${name}: there is ${PARTS.join(', ')}`)
  return part
}

function parseWholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least)
    throw new UserError(`${name} ${text}: a whole number of at least ${least} is needed`)
  return value
}
