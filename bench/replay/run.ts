import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { ROOT } from '../../local/root.ts'
import { memoryOf, track } from '../process.ts'
import type { Progress } from '../progress.ts'
import type { Node } from '../sides.ts'
import { pairedRatios, type Spread, spread } from '../statistics.ts'
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
      ours.push(await run(node, replay, [0, 1]))
      progress.step(`round ${round + 1} of ${rounds}: decompressing and parsing the same`)
      baseline.push(await run(node, [join(ROOT, 'bench', 'drivers', 'baseline.mjs'), trail.folder], [0]))
    }
    return summary(trail, ours, baseline)
  } finally {
    rmSync(trail.folder, { recursive: true, force: true })
  }
}

/** The command as it is installed: built from these sources. */
function buildCommand(): void {
  const build = ['cli/build.mjs', '--if-stale']
  const { status, stderr } = spawnSync(process.execPath, build, { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${build.join(' ')}: ${stderr}`)
}

function summary(trail: Trail, ours: readonly Ended[], baseline: readonly Ended[]): ReplayCost {
  const speeds = (runs: readonly Ended[]) => runs.map(({ seconds }) => trail.bytes / 1e6 / seconds)
  const worst = [...ours].sort((a, b) => (b.peakMb ?? 0) - (a.peakMb ?? 0)).at(0)
  const samples = worst?.samples ?? []
  const third = Math.ceil(samples.length / 3)
  const most = (part: readonly number[]) => (part.length > 0 ? Math.max(...part) : undefined)
  return {
    trail,
    ours: spread(speeds(ours)),
    baseline: spread(speeds(baseline)),
    ratio: spread(pairedRatios(speeds(ours), speeds(baseline))),
    peakMb: worst?.peakMb,
    firstThirdMb: most(samples.slice(0, third)),
    lastThirdMb: most(samples.slice(-third)),
  }
}

type Ended = { readonly seconds: number; readonly peakMb: number | undefined; readonly samples: readonly number[] }

const SAMPLE_MS = 100

/** Runs a script to its end, and watches its memory. Throws when it ends with another code than those expected. */
async function run(node: Node, args: readonly string[], codes: readonly number[]): Promise<Ended> {
  const started = performance.now()
  const child = spawn(node.path, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '' },
  })
  track(child)
  const samples: number[] = []
  let peakMb: number | undefined
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-2000)
  })
  const watch = setInterval(() => {
    samples.push(...[memoryOf(child.pid, 'VmRSS') ?? []].flat())
    peakMb = memoryOf(child.pid, 'VmHWM') ?? peakMb
  }, SAMPLE_MS)
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  clearInterval(watch)
  if (code === null || !codes.includes(code)) throw new Error(`${args.join(' ')} ended with ${code}: ${errors.trim()}`)
  return { seconds: (performance.now() - started) / 1000, peakMb, samples }
}
