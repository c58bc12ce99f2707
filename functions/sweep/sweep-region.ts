import type { ScanBatch } from '../../shared/aws/fleet/scan-region.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { findLastLaunch, type LaunchedInstance } from '../../shared/fleet/deaf.ts'
import type { ReadFailure } from '../../shared/fleet/read-failure.ts'
import { addCounts, type Counts, NO_COUNTS } from '../../shared/ledger/coverage.ts'
import { MOST_STEPS, type RegionMessage } from '../../shared/ledger/sweep-message.ts'
import { noteWords } from '../../shared/wording/scan-notes.ts'
import { areStopsDisabled } from '../runtime/live-policy.ts'
import { createCollector } from './alert-found.ts'
import { checkHearing } from './check-hearing.ts'
import type { SweepPorts, Work } from './ports.ts'

const AGAIN_SECONDS = 60

type Next =
  | { readonly kind: 'page'; readonly batch: ScanBatch }
  | { readonly kind: 'end' }
  | { readonly kind: 'trouble'; readonly failure: ReadFailure; readonly error: unknown }

/** One page; an error that means something of EC2 is an answer, every other is thrown. */
const readNextPage = async (pages: AsyncIterator<ScanBatch>, { ports }: Work): Promise<Next> => {
  try {
    const { done, value } = await pages.next()
    return done === true ? { kind: 'end' } : { kind: 'page', batch: value }
  } catch (error) {
    const failure = ports.troubleOf(error)
    if (failure === undefined) throw error
    return { kind: 'trouble', failure, error }
  }
}

// A fact that could not be read this time is no verdict: it is counted, and read again by the next sweep.
const isAlerted = ({ notes }: ScanBatch): ((finding: Finding) => boolean) => {
  const isBlind = notes.some(({ code }) => code === 'FACTS_UNREAD')
  return ({ status }) => status === 'FAILED' || (status === 'UNKNOWN' && !isBlind)
}

const report = (
  message: RegionMessage,
  counts: Counts,
  { ports, failure }: Pick<Work, 'ports'> & { failure?: ReadFailure },
) => {
  const { accountId, region, sweepId } = message
  ports.count('SweepInstances', counts.seen, region)
  ports.count('SweepUnknown', counts.unknown, region)
  ports.count('SweepNotCovered', failure === undefined ? 0 : 1, region)
  const coverage = { accountId, region, sweepId, ...counts, covered: failure === undefined }
  if (failure === undefined) ports.log('info', 'region swept', coverage)
  else {
    const { why, missingPermission } = failure
    const permission = missingPermission === undefined ? {} : { missingPermission }
    ports.log('error', `region not covered: ${why}`, { ...coverage, why, ...permission })
  }
}

/** Continues a scan that broke off. */
type ReadProgress = { readonly token: string | undefined; readonly counts: Counts }

const CIRCLE: ReadFailure = {
  why: `the scan did not end within ${MOST_STEPS} messages; EC2 may repeat its pages`,
  passes: false,
}

/** Has another message read on. */
const handOver = async (
  { token, counts }: ReadProgress,
  message: RegionMessage,
  { ports, seconds }: Pick<Work, 'ports'> & { readonly seconds?: number },
): Promise<void> => {
  const step = message.step + 1
  if (step > MOST_STEPS) return report(message, counts, { ports, failure: CIRCLE })
  await ports.send({ ...message, ...(token !== undefined && { token }), counts, step }, seconds)
}

/**
 * A passing error is tried again from the last page. A message that makes no progress is dead-lettered in the end. If
 * EC2 does not know the token any more, the scan begins again, once.
 */
const handleReadFailure = async (
  { failure, error }: Extract<Next, { kind: 'trouble' }>,
  { token, counts }: ReadProgress,
  { message, work }: { readonly message: RegionMessage; readonly work: Work },
): Promise<void> => {
  const { ports } = work
  const { token: began, again, ...rest } = message
  const isFurther = token !== undefined && token !== began
  ports.log('warn', `the scan was interrupted: ${failure.why}`, { region: message.region, isFurther })
  if (failure.passes) {
    if (!isFurther) throw error
    return handOver({ token, counts }, message, { ports, seconds: AGAIN_SECONDS })
  }
  if (failure.missingPermission === undefined && began !== undefined && again === undefined)
    return ports.send({ ...rest, step: message.step + 1, counts: NO_COUNTS, again: true }, AGAIN_SECONDS)
  report(message, counts, { ports, failure })
}

/** Whether a stop could be promised matters only if the policy lets sweeps promise stops. */
const createRegionWorld = (region: string, ports: SweepPorts): World => {
  const { policy, canStop, types, now } = ports
  const stopsDisabled = areStopsDisabled(ports, ports.accountId)
  const world = { policy, types: types.known(), now: now() }
  return policy.stop.existing === true && canStop(region) ? { ...world, canStop: true, stopsDisabled } : world
}

const scanOf = ({ accountId, region, sweepId, token }: RegionMessage, { ports }: Work): AsyncIterator<ScanBatch> =>
  ports
    .scan({
      place: { accountId, region },
      world: createRegionWorld(region, ports),
      scanId: `sweep-${sweepId}`,
      ...(token !== undefined && { next: token }),
    })
    [Symbol.asyncIterator]()

/**
 * Scans a region while there is time, alerts new findings, and hands the rest over to another message. It alerts first
 * and hands over then, so that a sweep that dies in between repeats a scan, and leaves nothing out. Throws what AWS
 * throws.
 */
export const sweepRegion = async (message: RegionMessage, work: Work): Promise<void> => {
  const { ports } = work
  const { accountId, region } = message
  const found = createCollector({ accountId, region }, work)
  const pages = scanOf(message, work)
  let { token, counts } = { token: message.token, counts: message.counts }
  let launched: readonly LaunchedInstance[] = []
  for (;;) {
    const next = await readNextPage(pages, work)
    if (next.kind !== 'page') {
      await found.alert()
      await checkHearing({ accountId, region }, launched, work)
      if (next.kind === 'end') return report(message, counts, { ports })
      return handleReadFailure(next, { token, counts }, { message, work })
    }
    const { batch } = next
    counts = addCounts(counts, batch)
    launched = findLastLaunch([...launched, ...batch.launched])
    for (const note of batch.notes) ports.log('warn', noteWords(note), { region })
    await found.add(batch.findings.filter(isAlerted(batch)))
    token = batch.next
    if (token === undefined || ports.isTimeLeft()) continue
    await pages.return?.()
    await found.alert()
    await checkHearing({ accountId, region }, launched, work)
    return handOver({ token, counts }, message, { ports })
  }
}
