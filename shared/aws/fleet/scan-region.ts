import type { EC2Client } from '@aws-sdk/client-ec2'
import { withTypes } from '../../catalogue/catalogue.ts'
import type { Knowledge } from '../../engine/complete.ts'
import type { World } from '../../engine/evaluate.ts'
import type { Finding } from '../../engine/finding.ts'
import { EventError } from '../../errors.ts'
import type { InstanceFacts, InstanceTypeFacts } from '../../facts/facts.ts'
import type { Counts } from '../../fleet/coverage.ts'
import { type LaunchedInstance, lastLaunched } from '../../fleet/deaf.ts'
import { firstLook, judgePage, type Looked, type Reading } from '../../fleet/judge-page.ts'
import type { Page } from '../../fleet/page.ts'
import { type Query, quickQueries } from '../../fleet/quick.ts'
import type { ScanNote } from '../../fleet/scan-note.ts'
import { fleetFactReader } from './fact-reader.ts'
import { readPages } from './read-pages.ts'

export type ScanInput = {
  readonly client: EC2Client
  readonly place: { readonly accountId: string; readonly region: string }
  readonly world: World
  /** Becomes the `event.id` of the findings. */
  readonly scanId: string
  /** Only what EC2's own filters select: then nothing is said of the rest. */
  readonly quick?: boolean
  /** Also the findings that passed. */
  readonly all?: boolean
  /** The `next` of the batch after which to go on. */
  readonly next?: string
  /** How long an answer may be silent before it is asked for again; 20 s. */
  readonly silenceMs?: number
}

/** What one page held. */
export type ScanBatch = Counts & {
  readonly findings: readonly Finding[]
  /** Of those that live, the ones that were started last. */
  readonly launched: readonly LaunchedInstance[]
  /** Where to go on after this batch; absent after the last. Opaque. */
  readonly next?: string
  /** What a reader should know of this page: what came twice, what could not be read. */
  readonly notes: readonly ScanNote[]
}

const WHOLE: readonly Query[] = [[]]

type Start = { readonly query: number; readonly token?: string }

const startOf = (next: string | undefined): Start => {
  const [, query, token] = /^(\d+) (.*)$/s.exec(next ?? '') ?? []
  if (query === undefined || token === undefined) return { query: 0 }
  return { query: Number(query), ...(token !== '' && { token }) }
}

const nextOf = (query: number, queries: number, token: string | undefined): string | undefined => {
  if (token !== undefined) return `${query} ${token}`
  return query + 1 < queries ? `${query + 1} ` : undefined
}

/** Lets each instance pass once. Three pages in a row without a new instance are no progress: EventError. */
const onlyNew = (): ((page: Page<Looked>) => readonly Looked[]) => {
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

const knowledgeOf = (world: World, note: (why: string) => void): Knowledge => {
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
        types = withTypes(world.types, learned)
      },
    },
    // The same for page after page: once will do.
    log: (_level, _message, { why }) => {
      if (!said.has(why)) note(String(why))
      said.add(why)
    },
  }
}

const launchedIn = (instances: readonly Looked[]): readonly LaunchedInstance[] =>
  lastLaunched(
    instances.flatMap(({ instanceId, launchTime, isOver }) =>
      isOver || instanceId === undefined || launchTime === undefined ? [] : { instanceId, launchTime },
    ),
  )

type Read = { readonly page: Page<Looked>; readonly next?: string }

/** The pages of every query, from where the input says on. */
async function* allPages(input: ScanInput, look: (instance: InstanceFacts) => Looked): AsyncGenerator<Read> {
  const { client, world, quick = false, silenceMs } = input
  const queries = quick ? quickQueries(world.policy, world.types) : WHOLE
  const start = startOf(input.next)
  for (let query = start.query; query < queries.length; query += 1) {
    const from = query === start.query ? start.token : undefined
    const options = { look, ...(from !== undefined && { from }), ...(silenceMs !== undefined && { silenceMs }) }
    for await (const page of readPages(client, queries[query] ?? [], options)) {
      const next = nextOf(query, queries.length, page.nextToken)
      yield { page, ...(next !== undefined && { next }) }
    }
  }
}

const notesOn = (page: Page<Looked>, fresh: number, quick: boolean): readonly ScanNote[] => {
  const twice = page.instances.length - fresh
  // With filters EC2 may do so; without, it is a page that was lost.
  const isLost = !quick && page.instances.length === 0 && page.nextToken !== undefined
  return [
    ...(twice > 0 ? [{ code: 'CAME_TWICE', instances: twice } as const] : []),
    ...(isLost ? [{ code: 'EMPTY_PAGE' } as const] : []),
  ]
}

/**
 * Reads one region page by page and judges what it holds; memory does not grow with the fleet, but for the ids. Throws
 * what EC2 throws, EventError for answers that make no sense; `troubleOf` (shared/fleet/trouble.ts) puts these into words.
 */
export async function* scanRegion(input: ScanInput): AsyncGenerator<ScanBatch> {
  const { client, place, world, scanId, quick = false, all = false } = input
  let facts: ScanNote[] = []
  const reading: Reading = {
    place,
    event: { id: scanId, name: 'DescribeInstances', time: world.now.toISOString() },
    world,
    all,
    ec2: fleetFactReader(client),
    knowledge: knowledgeOf(world, why => facts.push({ code: 'FACTS_UNREAD', why })),
  }
  const fresh = onlyNew()
  for await (const { page, next } of allPages(input, instance => firstLook(reading, instance))) {
    const instances = fresh(page)
    const { findings, counts } = await judgePage(instances, reading)
    const notes = [...notesOn(page, instances.length, quick), ...facts]
    facts = []
    yield { ...counts, findings, launched: launchedIn(instances), notes, ...(next !== undefined && { next }) }
  }
}
