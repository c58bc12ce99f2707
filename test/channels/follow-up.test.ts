import { describe, expect, test } from '@jest/globals'
import { buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { buildExemptionNotice, sweepAlert, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import { isFollowUp, isOpening } from '../../shared/channels/follow-up.ts'
import type { State } from '../../shared/ledger/row.ts'
import { aFinding, anAlert, anEnded, anOccasion, instanceIds, SWEEP, TELLER } from '../support/findings.ts'

const back = (state: State) => ({ ...aFinding(), previous: { state, at: '2026-11-23T08:00:00Z' } })
const ended = (on: string) => anEnded({ state: 'RESOLVED', why: 'it is terminated' }, { on })

describe('a follow-up of an earlier alert', () => {
  test.each<[string, ReturnType<typeof sweepAlert>]>([
    ['where it tells what became of a stop', buildOutcomeAlerts(anOccasion(), [anEnded()], TELLER)],
    ['where it tells of something that is back', [anAlert([back('STOPPED')])]],
    ['where a sweep saw that one thing has ended', sweepOutcomeAlert([ended('i-0123456789abcdef0')], SWEEP)],
    ['where a sweep saw that something is back', sweepAlert([back('RESOLVED')], SWEEP)],
  ])('%s', (_, alerts) => {
    expect(alerts.map(isFollowUp)).toEqual([true])
    expect(alerts.map(isOpening)).toEqual([false])
  })
})

describe('an alert that is no follow-up', () => {
  test.each<[string, ReturnType<typeof sweepAlert>, boolean]>([
    ['where something was found', [anAlert()], true],
    [
      'where a sweep found something',
      sweepAlert(
        instanceIds(3).map(on => aFinding({ on })),
        SWEEP,
      ),
      true,
    ],
    ['where an exemption has ended: what was exempt may never have been told', [anAlert([back('SUPPRESSED')])], true],
    [
      'where a sweep ends many stories, each told elsewhere',
      sweepOutcomeAlert(instanceIds(3).map(ended), SWEEP),
      false,
    ],
    ['where an exemption will end', buildExemptionNotice([], [aFinding({ workflow: 'SUPPRESSED' })], SWEEP), false],
  ])('%s', (_, alerts, opens) => {
    expect(alerts.map(isFollowUp)).toEqual([false])
    expect(alerts.map(isOpening)).toEqual([opens])
  })
})
