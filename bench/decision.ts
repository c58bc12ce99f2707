import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT } from '../local/root.ts'
import { EventError } from '../shared/errors.ts'
import { readEvent } from '../shared/facts/read-event.ts'
import { type Kind, launchRecord } from './records.ts'
import type { Node } from './sides.ts'
import { computePairedRatios, computeSpread, type Spread } from './statistics.ts'

/** The time of the evaluation for one list of records, in ms for a record. */
export type DecisionCost = {
  readonly records: string
  readonly parse: Spread
  readonly decide: Spread
  /** decide / parse, pass by pass. */
  readonly ratio: Spread
}

type List = { readonly records: string; readonly texts: readonly string[] }

/** Measures parse, facts, rules and findings against JSON.parse of the same records. */
export async function measureDecisionCost(node: Node, folder: string): Promise<DecisionCost[]> {
  const lists = [...buildLists(), ...readRecordedLists()]
  const script = join(folder, 'decision.cjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'drivers', 'decision.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  })
  const input = join(folder, 'decision.json')
  writeFileSync(input, JSON.stringify(lists.map(({ texts }) => texts)))
  const { status, stdout, stderr } = spawnSync(node.path, [script, input], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the decisions cannot be measured: ${stderr}`)
  const measured: { readonly lists: readonly { parse: number[]; decide: number[] }[] } = JSON.parse(stdout)
  return lists.map(({ records, texts }, index) => {
    const { parse = [], decide = [] } = measured.lists[index] ?? {}
    const settleEach = (values: readonly number[]) => computeSpread(values.map(value => value / texts.length))
    return {
      records,
      parse: settleEach(parse),
      decide: settleEach(decide),
      ratio: computeSpread(computePairedRatios(decide, parse)),
    }
  })
}

function buildLists(): List[] {
  const list = (kind: Kind, instances: number): List => ({
    records: `${kind} launch of ${instances}`,
    texts: [JSON.stringify(launchRecord(kind, instances))],
  })
  return [list('compliant', 1), list('violating', 1), list('compliant', 10), list('violating', 10)]
}

/** Real records beside the project, if they exist: those that are whole, each as it was published. */
function readRecordedLists(): List[] {
  const folder = join(ROOT, '..', 'shared', 'events')
  if (!existsSync(folder)) return []
  const texts = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => JSON.stringify(JSON.parse(readFileSync(join(folder, name), 'utf8'))))
    .filter(isReadable)
  return texts.length === 0 ? [] : [{ records: `${texts.length} recorded events`, texts }]
}

function isReadable(text: string): boolean {
  try {
    readEvent(JSON.parse(text))
    return true
  } catch (error) {
    if (error instanceof EventError) return false
    throw error
  }
}
