import { describe, expect, test } from '@jest/globals'
import type { Run } from '../../bench/measure.ts'
import type { CustodianRound, OurRound, Round } from '../../bench/rounds.ts'
import { type Row, rowsOf } from '../../bench/rows.ts'

const noCalls = { actions: [], roundTrips: 0, connections: 0 }
const heard = { actions: ['last heard'], roundTrips: 1, connections: 1 }
const oneRead = { actions: ['DescribeInstances'], roundTrips: 1, connections: 1 }
const twoCalls = { actions: ['TransactWriteItems', 'Publish'], roundTrips: 2, connections: 2 }
const fourCalls = { actions: ['GetCallerIdentity', 'DescribeInstances', 'Publish'], roundTrips: 3, connections: 3 }

const aRun = (run: Partial<Run> = {}): Run => ({
  readyMs: 60,
  firstMs: 80,
  warmMs: 55,
  cold: twoCalls,
  warm: twoCalls,
  peakMb: 80,
  ...run,
})

const ours = (violating: Partial<Run> = {}, compliant: Partial<Run> = {}): OurRound => ({
  bareMs: 30,
  violating: aRun(violating),
  compliant: aRun({ warmMs: 0.1, cold: heard, warm: noCalls, ...compliant }),
  announced: aRun({ cold: heard, warm: noCalls }),
  unannounced: aRun({ cold: oneRead, warm: oneRead }),
})

const theirs: CustodianRound = {
  bareMs: 20,
  violating: aRun({ readyMs: 260, firstMs: 700, warmMs: 350, cold: fourCalls, warm: fourCalls, peakMb: 106 }),
  compliant: aRun({ warmMs: 60, cold: fourCalls, warm: fourCalls }),
  stopping: aRun(),
}

const rowNamed = (rounds: readonly Round[], name: string, bytes = 120_000): Row | undefined =>
  rowsOf(rounds, { ours: bytes, custodian: 753_000 }).find(row => row.name.startsWith(name))

describe('rows', () => {
  test('all targets are met by figures that meet them', () => {
    const rows = rowsOf([{ ours: ours(), custodian: theirs }], { ours: 120_000, custodian: 753_000 })
    expect(rows.filter(row => !row.met)).toEqual([])
    expect(rows).toHaveLength(9)
  })

  test.each([
    ['AWS calls, compliant', ours({}, { warm: twoCalls })],
    ['AWS calls, violating', ours({ warm: { ...twoCalls, actions: [...twoCalls.actions, 'DescribeInstances'] } })],
    ['AWS calls, violating', ours({ cold: { ...twoCalls, roundTrips: 3 } })],
    [
      'AWS calls, violating',
      ours({ cold: { ...twoCalls, actions: ['last heard', ...twoCalls.actions], roundTrips: 3 } }),
    ],
    ['AWS calls, compliant', ours({}, { cold: twoCalls })],
    ['AWS calls, notification', { ...ours(), announced: aRun({ warm: oneRead }) }],
    ['AWS calls, notification', { ...ours(), unannounced: aRun({ warm: twoCalls }) }],
  ])('%s: one round that breaks the promise breaks it', (name, broken) => {
    expect(rowNamed([{ ours: ours() }, { ours: broken }], name)).toMatchObject({ met: false, promise: true })
  })

  test('that a region was heard may be written after the alert, and not before', () => {
    const late = { ...twoCalls, actions: [...twoCalls.actions, 'last heard'], roundTrips: 3 }
    expect(rowNamed([{ ours: ours({ cold: late }) }], 'AWS calls, violating')?.met).toBe(true)
  })

  test('the zip may have 130 KiB and no byte more', () => {
    expect(rowNamed([{ ours: ours() }], 'zip', 133_120)?.met).toBe(true)
    expect(rowNamed([{ ours: ours() }], 'zip', 133_121)).toMatchObject({ met: false, promise: true })
  })

  test('a time is no promise, but is told when it is missed', () => {
    const slow = { ours: ours({ warmMs: 100 }), custodian: theirs }
    expect(rowNamed([slow], 'warm violating')).toMatchObject({
      met: false,
      promise: false,
      ratio: '**3.50x** (3.50 to 3.50)',
    })
  })

  test('without Cloud Custodian its column says so, and a target that is a ratio to it is neither met nor missed', () => {
    expect(rowNamed([{ ours: ours() }], 'cold: init over the bare runtime')).toMatchObject({
      custodian: 'not measured',
      ratio: '',
      met: undefined,
    })
  })

  test('memory that the system does not tell is not taken for met', () => {
    expect(rowNamed([{ ours: ours({ peakMb: undefined }) }], 'peak memory')?.met).toBeUndefined()
  })
})
