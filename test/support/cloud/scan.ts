/**
 * A region that is read page by page: the findings of the real rules on instances in memory. The real scan reads through the
 * SDK, and has tests of its own with an endpoint that speaks EC2's protocol (test/support/ec2-endpoint.ts).
 */
import type { SweepPorts } from '../../../functions/sweep/ports.ts'
import type { ScanBatch } from '../../../shared/aws/fleet/scan-region.ts'
import { evaluate } from '../../../shared/engine/evaluate.ts'
import type { Finding } from '../../../shared/engine/finding.ts'
import { createInstanceSubject } from '../../../shared/engine/subjects.ts'
import { readActorFromTags } from '../../../shared/facts/actor.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import { addCounts, type Counts, NO_COUNTS } from '../../../shared/ledger/coverage.ts'

type Scan = Parameters<SweepPorts['scan']>[0]

const countOne = (statuses: ReadonlySet<string>): Counts => ({
  ...NO_COUNTS,
  seen: 1,
  ...(statuses.has('FAILED') ? { failed: 1 } : statuses.has('UNKNOWN') ? { unknown: 1 } : { passed: 1 }),
})

const findOn = (instance: InstanceFacts, { place, world, scanId }: Scan): readonly Finding[] => {
  const event = { id: scanId, name: 'DescribeInstances', time: world.now.toISOString() }
  const { canStop: _canStop, ...never } = world
  const subject = createInstanceSubject({ ...place, event }, instance)
  const question = { subject, event, actor: readActorFromTags(instance.tags) }
  return evaluate(question, instance.state === 'running' ? world : never)
}

const evaluatePage = (page: readonly InstanceFacts[], scan: Scan): ScanBatch => {
  const living = page.filter(({ state }) => state !== 'terminated')
  const found = living.map(instance => findOn(instance, scan))
  const counts = found.map(findings => countOne(new Set(findings.map(({ status }) => status))))
  const launched = living.flatMap(({ instanceId, launchTime }) =>
    instanceId === undefined || launchTime === undefined ? [] : { instanceId, launchTime },
  )
  const start = { ...NO_COUNTS, terminated: page.length - living.length }
  return { ...counts.reduce(addCounts, start), findings: found.flat(), launched, notes: [] }
}

type Region = {
  readonly size: () => number
  readonly pageSize: number
  readonly read: (start: number, end: number) => Promise<readonly InstanceFacts[]>
}

export const scanPages = ({ size, pageSize, read }: Region): SweepPorts['scan'] =>
  async function* (scan) {
    for (let start = Number(scan.next ?? 0), end = start + pageSize; ; start = end, end += pageSize) {
      const batch = evaluatePage(await read(start, end), scan)
      const isLast = end >= size()
      yield { ...batch, ...(!isLast && { next: String(end) }) }
      if (isLast) return
    }
  }
