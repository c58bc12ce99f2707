/** Scans of an endpoint that answers as a test says. */
import { createFleetClient } from '../../shared/aws/fleet/account-regions.ts'
import { type ScanBatch, type ScanInput, scanRegion } from '../../shared/aws/fleet/scan-region.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { classifyReadFailure, type ReadFailure } from '../../shared/fleet/read-failure.ts'
import { addCounts, type Counts, NO_COUNTS } from '../../shared/ledger/coverage.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { noteWords } from '../../shared/wording/scan-notes.ts'
import { type Described, pageXml } from './described.ts'
import { type Call, type Said, startEndpoint } from './ec2-endpoint.ts'

type Result = {
  readonly counts: Counts
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
  readonly failure?: ReadFailure | undefined
  readonly calls: readonly Call[]
}

export const world = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: new Date('2026-11-24T12:00:00Z') }
export const place = { accountId: '123456789012', region: 'us-east-1' }

export const sum = (batches: readonly ScanBatch[]) => ({
  counts: batches.reduce<Counts>(
    (counts, { seen, passed, failed, suppressed, unknown, terminated }) =>
      addCounts(counts, { seen, passed, failed, suppressed, unknown, terminated }),
    NO_COUNTS,
  ),
  findings: batches.flatMap(({ findings }) => findings),
  notes: batches.flatMap(({ notes }) => notes.map(noteWords)),
})

/** Scans an endpoint that answers like this; tries each call three times, and waits 200 ms for more of an answer. */
export const scan = async (
  answer: (call: Call, count: number) => Said,
  more: Partial<ScanInput> = {},
): Promise<Result> => {
  let count = 0
  const endpoint = await startEndpoint(call => answer(call, count++))
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
  const client = createFleetClient({ region: 'us-east-1', endpoint: endpoint.url, credentials, maxAttempts: 3 })
  const batches: ScanBatch[] = []
  try {
    for await (const batch of scanRegion({ client, place, world, scanId: 'scan-1', silenceMs: 200, ...more }))
      batches.push(batch)
    return { ...sum(batches), calls: endpoint.calls }
  } catch (error) {
    return { ...sum(batches), failure: classifyReadFailure(error), calls: endpoint.calls }
  } finally {
    client.destroy()
    await endpoint.close()
  }
}

export const id = (number: number): string => `i-${number.toString(16).padStart(17, '0')}`
export const some = (from: number, count: number, more: Partial<Described> = {}): readonly Described[] =>
  Array.from({ length: count }, (_, index) => ({ instanceId: id(from + index), ...more }))
export const tokenOf = ({ form }: Call): string | undefined => form.get('NextToken') ?? undefined

/** Three pages of four instances; one of each page is paravirtual. */
export const page = (call: Call): Said => {
  const number = Number(tokenOf(call) ?? 0)
  const instances = [
    ...some(number * 4, 3),
    {
      instanceId: id(number * 4 + 3),
      instanceType: 'm1.small',
      virtualizationType: 'paravirtual',
      enaSupport: undefined,
    },
  ]
  return { body: pageXml([instances], number < 2 ? String(number + 1) : undefined) }
}
export const WHOLE = { seen: 12, passed: 9, failed: 3, suppressed: 0, unknown: 0, terminated: 0 }
