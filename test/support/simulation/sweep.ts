/** The ports of the function that sweeps: EC2 page by page, and the queue on which it hands over. */
import type { RegionReader, SweepPorts } from '../../../functions/sweep/ports.ts'
import { sweepLedger } from '../../../functions/sweep/sweep-ledger.ts'
import type { ScanBatch } from '../../../shared/aws/fleet/scan-region.ts'
import { evaluate } from '../../../shared/engine/evaluate.ts'
import { createInstanceSubject } from '../../../shared/engine/subjects.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import { NO_COUNTS } from '../../../shared/ledger/coverage.ts'
import { PLACE } from '../findings.ts'
import { NO_CHANNELS } from '../no-channels.ts'
import { SUBSCRIBED } from '../subscribed.ts'
import { asDescribed } from './machine.ts'
import { type Around, date, type How, ledgerThrough, readerThrough, SILENT, TYPES } from './ports.ts'
import { policyOf } from './switches.ts'
import type { Gate } from './turns.ts'

const PAGE = 2

type Scan = Parameters<SweepPorts['scan']>[0]

const withoutStops = ({ canStop: _canStop, ...world }: Scan['world']): Scan['world'] => world

const findingsOn = (instances: readonly InstanceFacts[], { place, world, scanId }: Scan) => {
  const event = { id: scanId, name: 'DescribeInstances', time: world.now.toISOString() }
  return instances
    .filter(({ state }) => state !== 'terminated')
    .flatMap(instance =>
      evaluate(
        { subject: createInstanceSubject({ ...place, event }, instance), event, actor: {} },
        instance.state === 'running' ? world : withoutStops(world),
      ),
    )
}

const scanThrough = (gate: Gate, { ec2 }: Around, lag: number) =>
  async function* (scan: Scan): AsyncGenerator<ScanBatch> {
    for (let start = Number(scan.next ?? 0); ; start += PAGE) {
      const ids = [...ec2.machines.keys()].slice(start, start + PAGE)
      const read = () => ids.flatMap(id => ec2.describe(id, lag) ?? []).map(asDescribed)
      const findings = findingsOn(await gate('DescribeInstances', read), scan)
      const isLast = start + PAGE >= ec2.machines.size
      yield { ...NO_COUNTS, findings, launched: [], notes: [], ...(!isLast && { next: String(start + PAGE) }) }
      if (isLast) return
    }
  }

/** Time enough for two pages, and then for none: so that it hands over now and then. */
const twoPagesAtATime = (): (() => boolean) => {
  let pages = 0
  return () => {
    pages += 1
    return pages % 2 === 1
  }
}

export const sweepPorts = (gate: Gate, around: Around, { lag, age }: How): SweepPorts => {
  const { operators, now, sweepOn, publish } = around
  const known = operators.knownAt(now() - age)
  const reader: RegionReader = readerThrough(gate, around, lag)
  return {
    ...SILENT,
    accountId: PLACE.accountId,
    listens: { region: PLACE.region, ways: [] },
    regions: async () => [PLACE.region],
    policy: policyOf(known),
    stopsDisabled: known.stops === 'off',
    canStop: () => true,
    now: () => date(around),
    isTimeLeft: twoPagesAtATime(),
    types: TYPES,
    scan: scanThrough(gate, around, lag),
    // Every failure here is one that passes.
    troubleOf: () => ({ why: 'no answer', passes: true }),
    ec2: () => reader,
    ledger: sweepLedger(ledgerThrough(gate, around)),
    send: (message, after = 0) => gate('SendMessage', () => sweepOn(JSON.stringify(message), after)),
    subscriptions: SUBSCRIBED,
    channels: NO_CHANNELS,
    publish: message => gate('Publish', () => publish(message)),
  }
}
