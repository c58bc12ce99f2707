import { beforeEach, describe, expect, test } from '@jest/globals'
import { alertPending, resolveAndAlert } from '../../../functions/enforce/alert-outcomes.ts'
import type { EnforcePorts, StopLedger } from '../../../functions/enforce/ports.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import { type Row, toEpochSeconds } from '../../../shared/ledger/row.ts'
import type { StopMessage } from '../../../shared/ledger/stop-message.ts'
import { PLACE } from '../../support/findings.ts'
import { unexpected, watchedStops } from '../../support/stops.ts'
import { aLedger, at, deferred, ended } from '../../support/stories.ts'
import { POLICY } from './machines.ts'

const NOW = at(1_500)
const IS_TOLD_ELSEWHERE = 'another delivery of this message is alerting it'

let alerts: Alert[] = []
let scheduled: StopMessage[] = []
let counted: string[] = []
beforeEach(() => {
  alerts = []
  scheduled = []
  counted = []
})

const working = (ledger: Partial<StopLedger> = {}, more: Partial<EnforcePorts> = {}) => ({
  where: PLACE,
  delivery: { messageId: 'message-9', count: 1, claimant: 'message-9/1' },
  ports: watchedStops({
    deployed: POLICY,
    now: () => NOW,
    types: { known: loadCatalogue, learn: () => undefined },
    publish: async ({ Message }) => void alerts.push(JSON.parse(JSON.parse(Message).default)),
    schedule: async ({ message }) => void scheduled.push(message),
    count: metric => void counted.push(metric),
    ...more,
    ledger: { digestDue: async () => at(1_800), ...ledger },
  }),
})

/** A row whose stop failed, which no alert has said; its claimant died long ago, unless a test says otherwise. */
const leftOver = async (more: Partial<Row> = {}): Promise<Row> => ({
  ...(await ended(aLedger(), 'FAILED')),
  leaseUntil: toEpochSeconds(NOW) - 1,
  ...more,
})

const taking =
  (claims: string[] = []): StopLedger['claimPending'] =>
  async (key, { claimant }) => {
    claims.push(`${key.pk} ${key.sk} ${claimant}`)
    const row = await leftOver()
    const [outcome = undefined] = row.history.slice(-1)
    return outcome === undefined ? { kind: 'told' } : { kind: 'mine', row, outcome }
  }

describe('a start after its stop was due', () => {
  const late = { code: 'STARTED_AFTER_DUE', args: { launchTime: at(1_000).toISOString() } } as const

  test('is promised a stop, which is asked for before the alert and made after it', async () => {
    const row = await deferred(aLedger())
    const asked: object[] = []
    const ports: Partial<EnforcePorts> = {
      promiseAgain: async message => void asked.push({ ...message, alerts: alerts.length }),
    }
    const work = working({ resolve: async () => 'ours' }, ports)
    await resolveAndAlert([{ row, ending: { to: 'REFUSED', because: late } }], work)
    expect(asked).toEqual([
      {
        kind: 'promise',
        ...PLACE,
        findings: [{ resourceId: 'i-0123456789abcdef0', rule: 'paravirtual-instance' }],
        only: 'late-start',
        notBefore: at(1_620).toISOString(),
        alerts: 0,
      },
    ])
    expect(alerts.map(({ kind }) => kind)).toEqual(['outcome'])
  })

  test('is not alerted as left running if its promise cannot be asked for', async () => {
    const row = await deferred(aLedger())
    const work = working(
      { resolve: async () => 'ours' },
      { promiseAgain: () => Promise.reject(new Error('throttled')) },
    )
    const ending = { to: 'REFUSED', because: late } as const
    await expect(resolveAndAlert([{ row, ending }], work)).rejects.toThrow('throttled')
    expect(alerts).toEqual([])
  })
})

describe('an outcome that another message wrote and did not alert', () => {
  test('is taken over and alerted, and counted', async () => {
    const claims: string[] = []
    const row = await leftOver()
    await alertPending([row], working({ claimPending: taking(claims) }))
    expect(claims).toEqual([`${row.pk} ${row.sk} message-9/1`])
    expect(alerts.map(({ kind, findings }) => [kind, findings[0]?.outcome?.state])).toEqual([['outcome', 'FAILED']])
    expect(counted).toEqual(['StopsFailed'])
  })

  test.each<[string, Partial<Row>]>([
    ['somebody has a lease on it', { leaseUntil: toEpochSeconds(NOW) + 60 }],
    ['the lease ends this very second', { leaseUntil: toEpochSeconds(NOW) }],
    ['the finding recurred since, which Evaluate alerts', { state: 'NEW' }],
  ])('is left alone while %s', async (_, more) => {
    await alertPending([await leftOver(more)], working())
    expect(alerts).toEqual([])
  })

  test('is not alerted again if it was alerted between the read and the claim', async () => {
    await alertPending([await leftOver()], working({ claimPending: async () => ({ kind: 'told' }) }))
    expect(alerts).toEqual([])
  })

  test('has its digest if it belongs to one, and is not alerted before that', async () => {
    await alertPending([await leftOver({ inDigest: 'yes' })], working())
    expect(scheduled).toEqual([{ kind: 'digest', ...PLACE }])
    expect(alerts).toEqual([])
  })

  test('causes no digest if nothing waits for one', async () => {
    await alertPending([await leftOver()], working({ claimPending: taking() }))
    expect(scheduled).toEqual([])
  })

  test('lets this message come again while another delivery of it alerts the outcome', async () => {
    const theirs = { claimant: 'message-9/2', leaseUntil: toEpochSeconds(NOW) + 60 }
    await expect(alertPending([await leftOver(theirs)], working())).rejects.toThrow(IS_TOLD_ELSEWHERE)
    const sibling: StopLedger['claimPending'] = async () => ({ kind: 'sibling' })
    await expect(alertPending([await leftOver()], working({ claimPending: sibling }))).rejects.toThrow(
      IS_TOLD_ELSEWHERE,
    )
    await alertPending([await leftOver({ ...theirs, claimant: 'message-8/1' })], working())
    expect(alerts).toEqual([])
  })

  test('is given back, every row of it, if SNS refuses the alert', async () => {
    const given: unknown[] = []
    const row = await leftOver()
    const refusing = Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } })
    const work = working(
      {
        claimPending: taking(),
        release: async (keys, claimant) =>
          void given.push(
            keys.map(({ pk }) => pk),
            claimant,
          ),
      },
      { publish: () => Promise.reject(refusing) },
    )
    await expect(alertPending([row], work)).rejects.toThrow('no')
    expect(given).toEqual([[row.pk], 'message-9/1'])
  })

  test('is kept if nobody knows whether SNS accepted the alert, because it may be published', async () => {
    const lost = { publish: () => Promise.reject(new Error('connection lost')) }
    const work = working({ claimPending: taking(), release: unexpected('release') }, lost)
    await expect(alertPending([await leftOver()], work)).rejects.toThrow('connection lost')
  })
})

describe('an outcome that is written now', () => {
  const settling = async (resolved: 'ours' | 'sibling' | 'not ours') =>
    resolveAndAlert(
      [{ row: await deferred(aLedger()), ending: { to: 'FAILED', because: { code: 'TEST' } } }],
      working({ resolve: async () => resolved }),
    )

  test('is alerted by the delivery that wrote it', async () => {
    await settling('ours')
    expect(alerts).toHaveLength(1)
  })

  test('is left to another message that wrote it before', async () => {
    await settling('not ours')
    expect([alerts, counted]).toEqual([[], []])
  })

  test('lets this message come again if another delivery of it wrote the outcome, because it may die before the alert', async () => {
    await expect(settling('sibling')).rejects.toThrow(IS_TOLD_ELSEWHERE)
    expect(alerts).toEqual([])
  })
})
