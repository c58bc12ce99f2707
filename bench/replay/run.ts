import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../local/root.ts'
import type { Progress } from '../progress.ts'
import type { Node } from '../sides.ts'
import { computePairedRatios, computeSpread, type Spread } from '../statistics.ts'
import { buildCommand, type Ended, runWatched } from '../watched.ts'
import { generateTrail, type Trail } from './generate.ts'

export type ReplayCost = {
  readonly trail: Trail
  /** MB of JSON a second. */
  readonly ours: Spread
  readonly baseline: Spread
  /** ours / baseline, round by round. */
  readonly ratio: Spread
  /** Of the same records in wrappers: records a second as a part of those of the plain trail, round by round. */
  readonly wrapped: readonly { readonly name: string; readonly ratio: Spread; readonly peakMb: number }[]
  readonly peakMb: number | undefined
  /** The most memory in the first and in the last third of the run that needed most: flat when they are alike. */
  readonly firstThirdMb: number | undefined
  readonly lastThirdMb: number | undefined
}

type Options = { readonly node: Node; readonly folder: string; readonly bytes: number; readonly rounds: number }

const ENV = { PATH: process.env['PATH'] ?? '' }

/**
 * Replays a generated trail, in turn with a script that only decompresses and parses the same files, and with the same
 * records in wrappers.
 */
export async function replayCost(options: Options, progress: Progress): Promise<ReplayCost> {
  const { node, bytes, rounds } = options
  buildCommand()
  const folder = join(options.folder, 'trail')
  const trail = await generateTrail(folder, bytes, progress)
  const replay = (path: string): Promise<Ended> => {
    const args = [join(ROOT, 'cli', 'virtguard.mjs'), 'replay', path, '--format', 'ndjson']
    return runWatched({ command: node.path, args, env: ENV }, { codes: [0, 1] })
  }
  try {
    const measured: Rounds = { ours: [], baseline: [], wrapped: trail.wrapped.map(() => []) }
    for (let round = 1; round <= rounds; round += 1) {
      const say = (what: string) => progress.step(`round ${round} of ${rounds}: ${what}`)
      say(`replay of ${Math.round(trail.bytes / 1e6)} MB`)
      measured.ours.push(await replay(trail.folder))
      say('decompressing and parsing the same')
      const script = [join(ROOT, 'bench', 'drivers', 'baseline.mjs'), trail.folder]
      measured.baseline.push(await runWatched({ command: node.path, args: script, env: ENV }, { codes: [0] }))
      for (const [at, wrapping] of trail.wrapped.entries()) {
        say(`replay of the same records ${wrapping.name}`)
        measured.wrapped[at]?.push(await replay(wrapping.folder))
      }
    }
    return summarizeRun(trail, measured)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Rounds = { readonly ours: Ended[]; readonly baseline: Ended[]; readonly wrapped: readonly Ended[][] }

function summarizeRun(trail: Trail, { ours, baseline, wrapped }: Rounds): ReplayCost {
  const measureSpeeds = (runs: readonly Ended[]) => runs.map(({ seconds }) => trail.bytes / 1e6 / seconds)
  const computeRatio = (runs: readonly Ended[], others: readonly Ended[]) =>
    computeSpread(computePairedRatios(measureSpeeds(runs), measureSpeeds(others)))
  const worst = [...ours].sort((a, b) => (b.peakMb ?? 0) - (a.peakMb ?? 0)).at(0)
  const samples = worst?.samples ?? []
  const third = Math.ceil(samples.length / 3)
  const findMost = (part: readonly number[]) => (part.length > 0 ? Math.max(...part) : undefined)
  return {
    trail,
    ours: computeSpread(measureSpeeds(ours)),
    baseline: computeSpread(measureSpeeds(baseline)),
    ratio: computeRatio(ours, baseline),
    wrapped: trail.wrapped.map(({ name }, at) => {
      const runs = wrapped[at] ?? []
      return {
        name,
        ratio: computeRatio(runs, ours),
        peakMb: Math.max(...runs.map(({ peakMb = Number.NaN }) => peakMb)),
      }
    }),
    peakMb: worst?.peakMb,
    firstThirdMb: findMost(samples.slice(0, third)),
    lastThirdMb: findMost(samples.slice(-third)),
  }
}
