import { describe, expect, test } from '@jest/globals'
import { buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { buildExemptionNotice, sweepAlert, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import { buildChangedEvents, testEvent } from '../../shared/channels/event-bus/changed.ts'
import { buildOcsfBody, buildWebhookBody, buildWebhookTest } from '../../shared/channels/webhook/body.ts'
import { buildAsffTest } from '../../shared/formats/asff-test.ts'
import { buildOcsfTest } from '../../shared/formats/ocsf-test.ts'
import type { Past, State } from '../../shared/ledger/row.ts'
import { complaints } from '../formats/schemas.ts'
import { aFinding, anAlert, anEnded, aSource, CLAIMANT, PLACE, SWEEP } from '../support/findings.ts'

const AT = '2026-11-24T08:30:00.000Z'
const PREVIOUS = { state: 'STOPPED', at: '2026-11-23T08:00:00Z' } as const

const ended = (state: Past['state']) => buildOutcomeAlerts(aSource(), [anEnded({ state, why: 'as it was' })], CLAIMANT)

describe('the events of an alert for programs', () => {
  test('are one for each finding, with what changed and the whole finding', () => {
    const alert = anAlert([aFinding(), aFinding({ on: 'i-0fedcba9876543210' })])
    const events = buildChangedEvents(alert)
    expect(events).toHaveLength(2)
    expect(events[1]).toMatchObject({
      Source: 'virtguard',
      DetailType: 'Finding Changed',
      Time: new Date('2026-11-24T08:00:30Z'),
      Resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-0fedcba9876543210'],
    })
    expect(JSON.parse(events[1]?.Detail ?? '')).toEqual({
      schemaVersion: '1',
      change: 'found',
      alertId: alert.id,
      launchId: alert.launchId,
      finding: alert.findings[1],
    })
  })

  test.each<[State, string]>([
    ['STOPPED', 'stopped'],
    ['FAILED', 'stop-failed'],
    ['REFUSED', 'stop-refused'],
    ['SUPPRESSED', 'exempted'],
    ['RESOLVED', 'resolved'],
  ])('say of %s that it is %s', (state, change) => {
    const [event] = ended(state).flatMap(buildChangedEvents)
    expect(JSON.parse(event?.Detail ?? '')).toMatchObject({ change, finding: { outcome: { state } } })
  })

  test('say of a finding that recurred that it returned', () => {
    const [event] = buildChangedEvents(anAlert([{ ...aFinding(), previous: PREVIOUS }]))
    expect(JSON.parse(event?.Detail ?? '')).toMatchObject({ change: 'returned' })
  })

  test('say of an exemption that ends in days only that it ends, and create nothing', () => {
    const ending = { key: 'key', reason: 'moves', owner: 'user@example.com', expires: '2026-12-01', resources: 1 }
    const alerts = buildExemptionNotice([ending], [aFinding({ workflow: 'SUPPRESSED' })], SWEEP)
    const [event] = alerts.flatMap(buildChangedEvents)
    expect(JSON.parse(event?.Detail ?? '')).toMatchObject({
      change: 'exemption-ends',
      finding: { workflow: 'SUPPRESSED' },
    })
    expect(buildOcsfBody(alerts)).toMatchObject([{ activity_name: 'Update', status: 'Suppressed' }])
    expect(buildOcsfBody(alerts).flatMap(complaints('ocsf-compliance-finding'))).toEqual([])
  })

  test('say what a sweep found, and that what it resolved is resolved', () => {
    const found = sweepAlert([aFinding()], SWEEP)
    const gone = sweepOutcomeAlert([anEnded({ state: 'RESOLVED', why: 'it is terminated' })], SWEEP)
    const changes = [...found, ...gone].flatMap(buildChangedEvents).map(({ Detail }) => JSON.parse(Detail).change)
    expect(changes).toEqual(['found', 'resolved'])
    expect(buildOcsfBody([...found, ...gone]).map(event => event.activity_name)).toEqual(['Create', 'Close'])
  })

  test('trigger nothing that waits for a finding if they are of a test', () =>
    expect(testEvent(AT)).toMatchObject({ Source: 'virtguard', DetailType: 'Test', Time: new Date(AT) }))
})

describe('the body of a webhook', () => {
  test('is a list of alerts, also if there is one', () => {
    const alert = anAlert()
    expect(buildWebhookBody([alert])).toEqual({ schemaVersion: '1', type: 'alerts', alerts: [alert] })
    expect(buildWebhookTest(AT)).toEqual({ schemaVersion: '1', type: 'test', alerts: [], at: AT })
  })

  test('as OCSF creates, updates and closes, and is the same when it is sent again', () => {
    const alerts = [
      anAlert(),
      anAlert([{ ...aFinding(), previous: PREVIOUS }]),
      ...ended('STOPPED'),
      ...ended('RESOLVED'),
    ]
    const events = buildOcsfBody(alerts)
    expect(events.map(event => event.activity_name)).toEqual(['Create', 'Update', 'Update', 'Close'])
    expect(events.flatMap(complaints('ocsf-compliance-finding'))).toEqual([])
    expect(buildOcsfBody(alerts)).toEqual(events)
  })
})

describe('the documents of a test message', () => {
  test('are valid, pass, and are closed', () => {
    expect(complaints('asff')(buildAsffTest(PLACE, AT))).toEqual([])
    expect(buildAsffTest(PLACE, AT)).toMatchObject({ RecordState: 'ARCHIVED', Compliance: { Status: 'PASSED' } })
    expect(complaints('ocsf-compliance-finding')(buildOcsfTest(PLACE, AT))).toEqual([])
    expect(buildOcsfTest(PLACE, AT)).toMatchObject({ activity_name: 'Close', compliance: { status: 'Pass' } })
  })
})
