import { setFlagsFromString } from 'node:v8'
import { scanRegion } from '../../shared/aws/fleet/scan-region.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { classifyReadFailure, type ReadFailure } from '../../shared/fleet/read-failure.ts'
import { addCounts, type Counts, type Coverage, NO_COUNTS } from '../../shared/ledger/coverage.ts'
import type { Severity } from '../../shared/rules/rule.ts'
import { noteWords } from '../../shared/wording/scan-notes.ts'
import type { ReportFormat } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { countFinding, createFindingTally, type FindingTally } from '../output/tally.ts'
import type { ReportHead } from '../report/report-data.ts'
import {
  openAccounts,
  planAccounts,
  planOrganization,
  type ScanAccount,
  type ScanTarget,
  type Scope,
} from './accounts.ts'
import { type Bars, NO_BARS, startBars } from './bars.ts'
import { scanBeforeLaunch } from './before-launch.ts'
import { createWorldOf, type WorldOf } from './organization.ts'
import type { OrganizationScope } from './organization-scope.ts'
import { readRegionFacts } from './read-facts.ts'
import { openSink, openTarget, type Sink } from './sink.ts'
import { exitCodeOf, summarizeScan } from './summary.ts'

export type ScanOptions = {
  readonly format: ReportFormat
  readonly output?: string
  /** A file for the facts of the images that are owned or used. */
  readonly facts?: string
  readonly quick: boolean
  /** Also the account's images that are in use. */
  readonly images: boolean
  /** Also launch templates and Auto Scaling groups. */
  readonly templates: boolean
  readonly all: boolean
  readonly failOn: Severity
  readonly allowPartial: boolean
  readonly progress: boolean
  /** Every account of an organization instead of those of the scope. */
  readonly organization?: OrganizationScope
}

type Scan = {
  readonly io: Io
  readonly world: World
  /** The world as it is in an account and region. Undefined where the policy excludes the region. */
  readonly worldOf: WorldOf
  readonly options: ScanOptions
  readonly tally: FindingTally
  readonly sink: Sink
  readonly bars: Bars
  /** Remarks for a reader of the report, one sentence each. */
  readonly notes: string[]
  /** Lines of the file of facts. */
  readonly facts: string[]
}

/** Every enabled region of an account at once; of more accounts, some after others. */
const AT_ONCE = 32

/** Of an organization twice as many: EC2 counts calls by account and region, and most accounts are small. */
const AT_ONCE_IN_ORGANIZATION = 64

const note = ({ io, bars, notes }: Scan, { accountId, region }: ScanTarget, text: string): void => {
  notes.push(`${accountId}/${region}: ${text}`)
  bars.hide()
  printLine(io.err, `${accountId}/${region}: ${text}`)
  bars.show()
}

const flush = async ({ io, bars, sink, options }: Scan): Promise<void> => {
  // If both are one terminal, rows and the bars would be written through each other.
  const isShared = io.out.isTerminal && options.output === undefined
  if (isShared) bars.hide()
  await sink.flush()
  if (isShared) bars.show()
}

async function* readBatches({ options }: Scan, world: World, { client, ...place }: ScanTarget) {
  const scanId = `scan-${place.accountId}-${place.region}-${world.now.getTime()}`
  const { quick, all } = options
  yield* scanRegion({ client, place, world, scanId, quick, all })
}

const add = ({ tally, sink, options }: Scan, findings: readonly Finding[]): void => {
  for (const finding of findings) {
    countFinding(tally, finding, options.failOn)
    sink.add(finding)
  }
}

const describeNotCovered = (
  { accountId, region }: ScanTarget,
  counts: Counts,
  { why, missingPermission }: ReadFailure,
): Coverage => ({
  accountId,
  region,
  ...counts,
  covered: false,
  why,
  ...(missingPermission !== undefined && { missingPermission }),
})

/** Images and templates, if they are asked for. Returns why some of them were not read. */
const scanPlans = async (scan: Scan, world: World, place: ScanTarget): Promise<readonly ReadFailure[]> => {
  const { images, templates, all } = scan.options
  if (!images && !templates) return []
  const { findings, failures } = await scanBeforeLaunch(place, { world, images, templates, all })
  add(scan, findings)
  await flush(scan)
  for (const { why } of failures.slice(1)) note(scan, place, why)
  return failures
}

/** The facts of images, if a file for them is named. Returns why they were not read. */
const keepFacts = async ({ options, facts, world }: Scan, place: ScanTarget): Promise<readonly ReadFailure[]> => {
  if (options.facts === undefined) return []
  const { lines, why } = await readRegionFacts(place, world.now)
  facts.push(...lines)
  return why === undefined ? [] : [{ why: `facts of images were not read: ${why}`, passes: false }]
}

const scanPlace = async (scan: Scan, world: World, place: ScanTarget): Promise<Coverage> => {
  const { accountId, region } = place
  const bar = scan.bars.region(`${accountId}/${region}`)
  let counts: Counts = NO_COUNTS
  try {
    for await (const { findings, notes, ...batch } of readBatches(scan, world, place)) {
      counts = addCounts(counts, batch)
      add(scan, findings)
      for (const one of notes) note(scan, place, noteWords(one))
      bar.page(batch, findings.length)
      await flush(scan)
    }
    const [failure] = [...(await scanPlans(scan, world, place)), ...(await keepFacts(scan, place))]
    if (failure !== undefined) return describeNotCovered(place, counts, failure)
    return { accountId, region, ...counts, covered: true }
  } catch (error) {
    const failure = classifyReadFailure(error)
    if (failure === undefined) throw error
    return describeNotCovered(place, counts, failure)
  } finally {
    bar.done()
  }
}

/** The regions of all accounts, account by account. What cannot be opened is not covered. */
async function* listTargets({ bars }: Scan, accounts: readonly ScanAccount[], coverage: Coverage[]) {
  for await (const { places, notCovered } of openAccounts(accounts)) {
    coverage.push(...notCovered)
    bars.add(places.length)
    yield* places
  }
}

const scanAll = async (scan: Scan, accounts: readonly ScanAccount[], atOnce: number): Promise<readonly Coverage[]> => {
  const coverage: Coverage[] = []
  const targets = listTargets(scan, accounts, coverage)
  const runWorker = async (): Promise<void> => {
    for await (const place of targets) {
      const world = scan.worldOf(place)
      if (world !== undefined) coverage.push(await scanPlace(scan, world, place))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, runWorker))
  return coverage
}

type Plan = {
  readonly accounts: readonly ScanAccount[]
  readonly leftOut: readonly string[]
  readonly worldOf: WorldOf
  readonly nameOf: (accountId: string) => string | undefined
  readonly atOnce: number
}

const plan = async (scope: Scope, world: World, { organization }: ScanOptions): Promise<Plan> => {
  const { policy, now } = world
  if (organization === undefined)
    return {
      accounts: await planAccounts(scope),
      leftOut: [],
      worldOf: () => world,
      nameOf: id => policy.accountNames?.[id],
      atOnce: AT_ONCE,
    }
  const { accounts, directory, leftOut } = await planOrganization(scope, organization, { policy, now })
  return {
    accounts,
    leftOut,
    worldOf: createWorldOf(world, directory),
    nameOf: id => policy.accountNames?.[id] ?? directory.accounts.get(id)?.name,
    atOnce: AT_ONCE_IN_ORGANIZATION,
  }
}

const compareByPlace = (a: Coverage, b: Coverage): number =>
  a.accountId.localeCompare(b.accountId) || a.region.localeCompare(b.region)

const writeFacts = async (io: Io, file: string, lines: readonly string[]): Promise<void> => {
  const target = await openTarget(io, file)
  await target.write(lines.join(''))
  await target.close()
}

/** Reads a live fleet and writes the findings as they are found. Returns the exit code; throws UserError. */
export const scan = async (
  io: Io,
  scope: Scope,
  { world, options, head }: { readonly world: World; readonly options: ScanOptions; readonly head: ReportHead },
): Promise<number> => {
  // The garbage of a page is short-lived: a larger nursery for it would only be a hundred megabytes more.
  setFlagsFromString('--semi-space-growth-factor=1')
  const tally = createFindingTally()
  io.onBrokenPipe(() => (tally.counts ? 1 : 0))
  const sink = await openSink(io, { ...options, head })
  const { accounts, leftOut, worldOf, nameOf, atOnce } = await plan(scope, world, options)
  for (const line of leftOut) printLine(io.err, line)
  const bars = io.err.isTerminal && options.progress ? startBars(io.err) : NO_BARS
  const coverage: Coverage[] = []
  const notes: string[] = [...leftOut]
  const facts: string[] = []
  try {
    const parts = { io, world, worldOf, options, tally, sink, bars, notes, facts }
    coverage.push(...(await scanAll(parts, accounts, atOnce)))
  } finally {
    bars.stop()
  }
  coverage.sort(compareByPlace)
  await sink.end(coverage, notes)
  if (options.facts !== undefined) await writeFacts(io, options.facts, facts)
  for (const line of summarizeScan(coverage, tally, { ...options, nameOf })) printLine(io.err, line)
  return exitCodeOf(coverage, tally, options)
}
