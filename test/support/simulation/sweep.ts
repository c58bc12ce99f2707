/** The function that sweeps, on the clock and the EC2 of the simulation. */
import type { RegionReader, SweepPorts } from '../../../functions/sweep/ports.ts'
import { sweepLedger } from '../../../functions/sweep/sweep-ledger.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import type { ScanBatch } from '../../../shared/aws/fleet/scan-region.ts'
import type { Ledger } from '../../../shared/aws/ledger.ts'
import { catalogue } from '../../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../../shared/engine/evaluate.ts'
import { instanceSubject } from '../../../shared/engine/subjects.ts'
import { NO_COUNTS } from '../../../shared/fleet/coverage.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import { PLACE } from '../findings.ts'
import type { simulatedEc2 } from './ec2.ts'
import type { Gate } from './turns.ts'

const PAGE = 2

type Setting = {
  readonly gate: Gate
  readonly ledger: Ledger
  readonly ec2: ReturnType<typeof simulatedEc2>
  /** How old EC2's answers are. */
  readonly lag: number
  readonly policy: Policy
  readonly now: () => Date
  readonly send: (body: string, after: number) => void
  readonly publish: (message: SnsMessage) => void
}

const isOver = (state: string | undefined): boolean => state === 'terminated'

export const sweepPorts = ({ gate, ledger, ec2, lag, policy, now, send, publish }: Setting): SweepPorts => {
  const reader: RegionReader = {
    instances: (_by, ids) =>
      gate('DescribeInstances', () => ({ ok: true, facts: ids.flatMap(id => ec2.describe(id, lag) ?? []) })),
    images: () => gate('DescribeImages', () => ({ ok: true, facts: [] })),
    types: () => gate('DescribeInstanceTypes', () => ({ ok: true, facts: [] })),
  }
  async function* scan({ place, world, scanId, next = '0' }: Parameters<SweepPorts['scan']>[0]) {
    for (let start = Number(next); ; start += PAGE) {
      const ids = [...ec2.machines.keys()].slice(start, start + PAGE)
      const page = await gate('DescribeInstances', () => ids.flatMap(id => ec2.describe(id, lag) ?? []))
      const event = { id: scanId, name: 'DescribeInstances', time: world.now.toISOString() }
      const findings = page
        .filter(({ state }) => !isOver(state))
        .flatMap(instance =>
          evaluate({ subject: instanceSubject({ ...place, event }, instance), event, actor: {} }, world),
        )
      const isLast = start + PAGE >= ec2.machines.size
      const batch: ScanBatch = {
        ...NO_COUNTS,
        findings,
        notes: [],
        ...(!isLast && { next: String(start + PAGE) }),
      }
      yield batch
      if (isLast) return
    }
  }
  let pages = 0
  return {
    accountId: PLACE.accountId,
    regions: async () => [PLACE.region],
    policy,
    now,
    isTimeLeft: () => {
      pages += 1
      return pages % 2 === 1
    },
    types: { known: catalogue, learn: () => undefined },
    scan,
    // Every failure here is one that passes.
    troubleOf: () => ({ why: 'no answer', passes: true }),
    ec2: () => reader,
    ledger: sweepLedger(ledger),
    send: (message, after = 0) => gate('SendMessage', () => send(JSON.stringify(message), after)),
    publish: message => gate('Publish', () => publish(message)),
    log: () => undefined,
    count: () => undefined,
    countFindings: () => undefined,
  }
}
