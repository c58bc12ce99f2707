import { describe, expect, test } from '@jest/globals'
import { type Run, readTimes, type Time } from '../../bench/measure.ts'
import type { CustodianRound, OurRound, Round } from '../../bench/rounds.ts'
import { queryRows, type Row } from '../../bench/rows.ts'

const noCalls = { actions: [], roundTrips: 0, connections: 0 }
const heard = { actions: ['last heard'], roundTrips: 1, connections: 1 }
const oneRead = { actions: ['DescribeInstances'], roundTrips: 1, connections: 1 }
const twoCalls = { actions: ['TransactWriteItems', 'Publish'], roundTrips: 2, connections: 2 }
const fourCalls = { actions: ['GetCallerIdentity', 'DescribeInstances', 'Publish'], roundTrips: 3, connections: 3 }

const aTime = (own: number, waited = 50): Time => ({ wall: own + waited, own, cpu: own })

const aRun = (run: Partial<Run> = {}): Run => ({
  readyMs: 40,
  readyCpuMs: 50,
  first: aTime(25),
  warmed: aTime(5),
  cold: twoCalls,
  warm: twoCalls,
  peakMb: 80,
  ...run,
})

const ours = (violating: Partial<Run> = {}, compliant: Partial<Run> = {}): OurRound => ({
  bare: { ms: 30, cpuMs: 30 },
  violating: aRun(violating),
  compliant: aRun({ warmed: aTime(0.1, 0), cold: heard, warm: noCalls, ...compliant }),
  announced: aRun({ cold: heard, warm: noCalls }),
  unannounced: aRun({ cold: oneRead, warm: oneRead }),
})

const theirs: CustodianRound = {
  bare: { ms: 20, cpuMs: 20 },
  violating: aRun({
    readyMs: 260,
    first: aTime(500, 200),
    warmed: aTime(200, 150),
    cold: fourCalls,
    warm: fourCalls,
    peakMb: 106,
  }),
  compliant: aRun({ warmed: aTime(35, 25), cold: fourCalls, warm: fourCalls }),
  stopping: aRun(),
}

const rowNamed = (rounds: readonly Round[], name: string, bytes = 120_000): Row | undefined =>
  queryRows(rounds, { ours: bytes, custodian: 753_000 }).find(row => row.name.startsWith(name))

describe('the rows of the benchmark', () => {
  test('meet all targets if their figures do', () => {
    const rows = queryRows([{ ours: ours(), custodian: theirs }], { ours: 120_000, custodian: 753_000 })
    expect(rows.filter(row => row.target !== '' && !row.met)).toEqual([])
    expect(rows).toHaveLength(13)
    expect(rows.filter(row => row.front)).toHaveLength(3)
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
  ])('fail "%s" if one round breaks the promise', (name, broken) => {
    expect(rowNamed([{ ours: ours() }, { ours: broken }], name)).toMatchObject({ met: false, promise: true })
  })

  test('accept that the time a region was heard is written after the alert, and not before', () => {
    const late = { ...twoCalls, actions: [...twoCalls.actions, 'last heard'], roundTrips: 3 }
    expect(rowNamed([{ ours: ours({ cold: late }) }], 'AWS calls, violating')?.met).toBe(true)
  })

  test('report the bytes of the zip without a target, because the time counts', () => {
    expect(rowNamed([{ ours: ours() }], 'zip', 999_999)).toMatchObject({ target: '', promise: false })
  })

  test('report a time without a promise as missed if it is', () => {
    const slow = { ours: ours({ warmed: aTime(10) }), custodian: theirs }
    expect(rowNamed([slow], 'warm violating')).toMatchObject({
      met: false,
      promise: false,
      ratio: '**20.0x** (20.0 to 20.0)',
    })
  })

  test('say in its column that Cloud Custodian is missing, and leave a target that is a ratio to it open', () => {
    expect(rowNamed([{ ours: ours() }], 'cold: init over the bare runtime +')).toMatchObject({
      custodian: 'not measured',
      ratio: '',
      met: undefined,
    })
  })

  test('do not count memory as met if the system does not report it', () => {
    expect(rowNamed([{ ours: ours({ peakMb: undefined }) }], 'peak memory')?.met).toBeUndefined()
  })
})

describe('the own time', () => {
  const aCall = (start: number, end: number) => ({ client: 'AKIA1', action: 'Publish', connection: 1, start, end })

  test('of an event is its time on the clock minus the answers that it waited for', () => {
    const calls = [aCall(1000, 1025), aCall(1026, 1051), aCall(1060, 1085), aCall(1070, 1100)]
    expect(readTimes({ ms: [55, 48], cpuMs: [4, 3] }, calls)).toEqual([
      { wall: 55, own: 5, cpu: 4 },
      { wall: 48, own: 8, cpu: 3 },
    ])
  })

  test('of an event without calls is all of its time', () => {
    expect(readTimes({ ms: [0.1], cpuMs: [0.1] }, [])).toEqual([{ wall: 0.1, own: 0.1, cpu: 0.1 }])
  })
})
