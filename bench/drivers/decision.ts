// Runs in a process of its own, bundled as our functions are: `node decision.cjs TEXTS.json` with lists of records as JSON
// texts; prints for each list what JSON.parse costs for all its records, and what the whole decision does, in ms of CPU time,
// garbage collection included: unlike time on the clock it does not depend on what else the machine does.

import { readFileSync } from 'node:fs'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import { createSubjects } from '../../shared/engine/subjects.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

/** Pairs of one pass each, one right after the other: a slow moment of the machine weighs on both. */
const PASSES = 60
const MS_A_PASS = 8
const WARM_UP = 10

const types = loadCatalogue()
const now = new Date('2026-11-24T08:00:05Z')

/** The findings, so that no part of the work can be optimized away. */
let found = 0

function decide(text: string): void {
  const event = readEvent(JSON.parse(text))
  if (event.kind === 'ignored') return
  for (const subject of createSubjects(event))
    found += evaluate(
      { subject, event: event.event, actor: event.actor },
      { policy: DEFAULT_POLICY, types, now },
    ).length
}

function parse(text: string): void {
  if (JSON.parse(text) === undefined) found += 1
}

function time(work: (text: string) => void, texts: readonly string[], times: number): number {
  const start = process.cpuUsage()
  for (let n = 0; n < times; n += 1) for (const text of texts) work(text)
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000 / times
}

function measure(texts: readonly string[]): { readonly parse: number[]; readonly decide: number[] } {
  const times = Math.max(1, Math.ceil(MS_A_PASS / time(parse, texts, 20)))
  const result = { parse: [0], decide: [0] }
  for (let pass = -WARM_UP; pass < PASSES; pass += 1) {
    const parsed = time(parse, texts, times)
    const decided = time(decide, texts, times)
    if (pass === 0) Object.assign(result, { parse: [], decide: [] })
    result.parse.push(parsed)
    result.decide.push(decided)
  }
  return result
}

const lists: string[][] = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
process.stdout.write(JSON.stringify({ lists: lists.map(measure), found }))
