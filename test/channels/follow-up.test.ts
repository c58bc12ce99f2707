import { describe, expect, test } from '@jest/globals'
import { buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { buildExemptionNotice, sweepAlert, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import { isFollowUp, isOpening } from '../../shared/channels/follow-up.ts'
import type { State } from '../../shared/ledger/row.ts'
import { aFinding, anAlert, anEnded, aSource, CLAIMANT, instanceIds, SWEEP } from '../support/findings.ts'

const back = (state: State) => ({ ...aFinding(), previous: { state, at: '2026-11-23T08:00:00Z' } })
const ended = (on: string) => anEnded({ state: 'RESOLVED', why: 'it is terminated' }, { on })

describe('a follow-up of an earlier alert', () => {
  test.each<[string, ReturnType<typeof sweepAlert>]>([
    ['reports the outcome of a stop', buildOutcomeAlerts(aSource(), [anEnded()], CLAIMANT)],
    ['is about a finding that recurred', [anAlert([back('STOPPED')])]],
    ['is about one finding that a sweep resolved', sweepOutcomeAlert([ended('i-0123456789abcdef0')], SWEEP)],
    ['is about a finding that a sweep saw recur', sweepAlert([back('RESOLVED')], SWEEP)],
  ])('%s', (_, alerts) => {
    expect(alerts.map(isFollowUp)).toEqual([true])
    expect(alerts.map(isOpening)).toEqual([false])
  })
})

describe('an alert that is no follow-up', () => {
  test.each<[string, ReturnType<typeof sweepAlert>, boolean]>([
    ['is about a new finding', [anAlert()], true],
    [
      'is about a new finding of a sweep',
      sweepAlert(
        instanceIds(3).map(on => aFinding({ on })),
        SWEEP,
      ),
      true,
    ],
    [
      'is about a finding whose exemption ended, which may never have been alerted',
      [anAlert([back('SUPPRESSED')])],
      true,
    ],
    [
      'is about many findings that a sweep resolved, each alerted elsewhere',
      sweepOutcomeAlert(instanceIds(3).map(ended), SWEEP),
      false,
    ],
    [
      'is about an exemption that will end',
      buildExemptionNotice([], [aFinding({ workflow: 'SUPPRESSED' })], SWEEP),
      false,
    ],
  ])('%s', (_, alerts, opens) => {
    expect(alerts.map(isFollowUp)).toEqual([false])
    expect(alerts.map(isOpening)).toEqual([opens])
  })
})
