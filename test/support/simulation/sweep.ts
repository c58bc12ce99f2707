/** The ports of the function that sweeps: EC2 page by page, and the queue on which it hands over. */
import type { RegionReader, SweepPorts } from '../../../functions/sweep/ports.ts'
import { sweepLedger } from '../../../functions/sweep/sweep-ledger.ts'
import type { Gate } from '../cloud/calls.ts'
import { SWEEP_PORTS } from '../cloud/functions.ts'
import { scanPages } from '../cloud/scan.ts'
import { asDescribed } from './machine.ts'
import { type Around, date, type How, ledgerThrough, readerThrough } from './ports.ts'
import { policyOf } from './switches.ts'

const PAGE = 2

const scanThrough = (gate: Gate, { ec2 }: Around, lag: number): SweepPorts['scan'] =>
  scanPages({
    size: () => ec2.machines.size,
    pageSize: PAGE,
    read: (start, end) => {
      const ids = [...ec2.machines.keys()].slice(start, end)
      return gate('DescribeInstances', () => ids.flatMap(id => ec2.describe(id, lag) ?? []).map(asDescribed))
    },
  })

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
    ...SWEEP_PORTS,
    policy: policyOf(known),
    stopsDisabled: known.stops === 'off',
    canStop: () => true,
    now: () => date(around),
    isTimeLeft: twoPagesAtATime(),
    scan: scanThrough(gate, around, lag),
    // Every failure here is one that passes.
    troubleOf: () => ({ why: 'no answer', passes: true }),
    ec2: () => reader,
    ledger: sweepLedger(ledgerThrough(gate, around)),
    send: (message, after = 0) => gate('SendMessage', () => sweepOn(JSON.stringify(message), after)),
    publish: message => gate('Publish', () => publish(message)),
  }
}
