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
  readonly peakMb: number | undefined
  /** The most memory in the first and in the last third of the run that needed most: flat when they are alike. */
  readonly firstThirdMb: number | undefined
  readonly lastThirdMb: number | undefined
}

type Options = { readonly node: Node; readonly folder: string; readonly bytes: number; readonly rounds: number }

const ENV = { PATH: process.env['PATH'] ?? '' }

/** Replays a generated trail, in turn with a script that only decompresses and parses the same files. */
export async function replayCost(options: Options, progress: Progress): Promise<ReplayCost> {
  const { node, folder, bytes, rounds } = options
  buildCommand()
  const trail = await generateTrail(join(folder, 'trail'), bytes, progress)
  try {
    const ours: Ended[] = []
    const baseline: Ended[] = []
    const replay = [join(ROOT, 'cli', 'virtguard.mjs'), 'replay', trail.folder, '--format', 'ndjson']
    for (let round = 0; round < rounds; round += 1) {
      progress.step(`round ${round + 1} of ${rounds}: replay of ${Math.round(trail.bytes / 1e6)} MB`)
      ours.push(await runWatched({ command: node.path, args: replay, env: ENV }, { codes: [0, 1] }))
      progress.step(`round ${round + 1} of ${rounds}: decompressing and parsing the same`)
      const script = [join(ROOT, 'bench', 'drivers', 'baseline.mjs'), trail.folder]
      baseline.push(await runWatched({ command: node.path, args: script, env: ENV }, { codes: [0] }))
    }
    return summarizeRun(trail, ours, baseline)
  } finally {
    rmSync(trail.folder, { recursive: true, force: true })
  }
}

function summarizeRun(trail: Trail, ours: readonly Ended[], baseline: readonly Ended[]): ReplayCost {
  const measureSpeeds = (runs: readonly Ended[]) => runs.map(({ seconds }) => trail.bytes / 1e6 / seconds)
  const worst = [...ours].sort((a, b) => (b.peakMb ?? 0) - (a.peakMb ?? 0)).at(0)
  const samples = worst?.samples ?? []
  const third = Math.ceil(samples.length / 3)
  const findMost = (part: readonly number[]) => (part.length > 0 ? Math.max(...part) : undefined)
  return {
    trail,
    ours: computeSpread(measureSpeeds(ours)),
    baseline: computeSpread(measureSpeeds(baseline)),
    ratio: computeSpread(computePairedRatios(measureSpeeds(ours), measureSpeeds(baseline))),
    peakMb: worst?.peakMb,
    firstThirdMb: findMost(samples.slice(0, third)),
    lastThirdMb: findMost(samples.slice(-third)),
  }
}
