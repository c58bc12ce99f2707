import type { EC2Client } from '@aws-sdk/client-ec2'
import { addTypes } from '../../catalogue/catalogue.ts'
import type { Knowledge } from '../../engine/complete.ts'
import type { World } from '../../engine/evaluate.ts'
import type { Finding } from '../../engine/finding.ts'
import { EventError } from '../../errors.ts'
import type { InstanceFacts, InstanceTypeFacts } from '../../facts/facts.ts'
import { findLastLaunch, type LaunchedInstance } from '../../fleet/deaf.ts'
import { evaluatePage, type InspectedInstance, inspectFirst, type Reading } from '../../fleet/evaluate-page.ts'
import type { Page } from '../../fleet/page.ts'
import { planQuickQueries, type Query } from '../../fleet/quick.ts'
import type { Counts } from '../../ledger/coverage.ts'
import type { ScanNote } from '../../reasons/scan-note.ts'
import { createFleetFactReader } from './fact-reader.ts'
import { readPages } from './read-pages.ts'

export type ScanInput = {
  readonly client: EC2Client
  readonly place: { readonly accountId: string; readonly region: string }
  readonly world: World
  /** Becomes the `event.id` of the findings. */
  readonly scanId: string
  /** Only what EC2's own filters select: then nothing is known of the rest. */
  readonly quick?: boolean
  /** Also the findings that passed. */
  readonly all?: boolean
  /** The `next` of the batch after which to go on. */
  readonly next?: string
  /** How long an answer may be silent before it is asked for again; 20 s. */
  readonly silenceMs?: number
}

/** The result of one page. */
export type ScanBatch = Counts & {
  readonly findings: readonly Finding[]
  /** Of those that live, the ones that were started last. */
  readonly launched: readonly LaunchedInstance[]
  /** The position after this batch. Absent after the last. Opaque. */
  readonly next?: string
  /** Remarks for a reader on this page: repeated instances, and failed reads. */
  readonly notes: readonly ScanNote[]
}

const WHOLE: readonly Query[] = [[]]

type Start = { readonly query: number; readonly token?: string }

const startOf = (next: string | undefined): Start => {
  const [, query, token] = /^(\d+) (.*)$/s.exec(next ?? '') ?? []
  if (query === undefined || token === undefined) return { query: 0 }
  return { query: Number(query), ...(token !== '' && { token }) }
}

const findNextToken = (query: number, queries: number, token: string | undefined): string | undefined => {
  if (token !== undefined) return `${query} ${token}`
  return query + 1 < queries ? `${query + 1} ` : undefined
}

/** Lets each instance pass once. Three pages in a row without a new instance are no progress: EventError. */
const createNewFilter = (): ((page: Page<InspectedInstance>) => readonly InspectedInstance[]) => {
  const ids = new Set<string>()
  let stale = 0
  return ({ instances, nextToken }) => {
    const fresh = instances.filter(({ instanceId }) => {
      if (instanceId === undefined) return true
      const before = ids.size
      return ids.add(instanceId).size > before
    })
    stale = fresh.length === 0 && instances.length > 0 ? stale + 1 : 0
    if (stale === 3 && nextToken !== undefined) throw new EventError('EC2 gives the same page again and again')
    return fresh
  }
}

const createKnowledge = (world: World, note: (why: string) => void): Knowledge => {
  let types = world.types
  const learned: InstanceTypeFacts[] = []
  const said = new Set<unknown>()
  return {
    policy: world.policy,
    types: {
      known: () => types,
      learn: facts => {
        if (facts.length === 0) return
        learned.push(...facts)
        types = addTypes(world.types, learned)
      },
    },
    // The same for page after page: once will do.
    log: (_level, _message, { why }) => {
      if (!said.has(why)) note(String(why))
      said.add(why)
    },
  }
}

const findLaunchedIn = (instances: readonly InspectedInstance[]): readonly LaunchedInstance[] =>
  findLastLaunch(
    instances.flatMap(({ instanceId, launchTime, isOver }) =>
      isOver || instanceId === undefined || launchTime === undefined ? [] : { instanceId, launchTime },
    ),
  )

type Read = { readonly page: Page<InspectedInstance>; readonly next?: string }

/** The pages of every query, from the position in the input on. */
async function* readAllPages(
  input: ScanInput,
  look: (instance: InstanceFacts) => InspectedInstance,
): AsyncGenerator<Read> {
  const { client, world, quick = false, silenceMs } = input
  const queries = quick ? planQuickQueries(world.policy, world.types) : WHOLE
  const start = startOf(input.next)
  for (let query = start.query; query < queries.length; query += 1) {
    const from = query === start.query ? start.token : undefined
    const options = { look, ...(from !== undefined && { from }), ...(silenceMs !== undefined && { silenceMs }) }
    for await (const page of readPages(client, queries[query] ?? [], options)) {
      const next = findNextToken(query, queries.length, page.nextToken)
      yield { page, ...(next !== undefined && { next }) }
    }
  }
}

const listNotes = (page: Page<InspectedInstance>, fresh: number, quick: boolean): readonly ScanNote[] => {
  const twice = page.instances.length - fresh
  // With filters EC2 may do so; without, it is a page that was lost.
  const isLost = !quick && page.instances.length === 0 && page.nextToken !== undefined
  return [
    ...(twice > 0 ? [{ code: 'CAME_TWICE', instances: twice } as const] : []),
    ...(isLost ? [{ code: 'EMPTY_PAGE' } as const] : []),
  ]
}

/**
 * Reads one region page by page and evaluates its instances. Memory does not grow with the fleet, except for the ids.
 * Throws what EC2 throws, EventError for answers that make no sense; shared/fleet/read-failure.ts puts these into
 * words.
 */
export async function* scanRegion(input: ScanInput): AsyncGenerator<ScanBatch> {
  const { client, place, world, scanId, quick = false, all = false } = input
  let facts: ScanNote[] = []
  const reading: Reading = {
    place,
    event: { id: scanId, name: 'DescribeInstances', time: world.now.toISOString() },
    world,
    all,
    ec2: createFleetFactReader(client),
    knowledge: createKnowledge(world, why => facts.push({ code: 'FACTS_UNREAD', why })),
  }
  const fresh = createNewFilter()
  for await (const { page, next } of readAllPages(input, instance => inspectFirst(reading, instance))) {
    const instances = fresh(page)
    const { findings, counts } = await evaluatePage(instances, reading)
    const notes = [...listNotes(page, instances.length, quick), ...facts]
    facts = []
    yield { ...counts, findings, launched: findLaunchedIn(instances), notes, ...(next !== undefined && { next }) }
  }
}
