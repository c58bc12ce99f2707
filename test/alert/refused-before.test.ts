import { expect, test } from '@jest/globals'
import { renderEmailBody } from '../../shared/alert/render-alert.ts'
import { aFinding, anAlert, deferredTo } from '../support/findings.ts'

const WHY = 'it belongs to the cluster web, which would replace it'

const alertOf = (ids: readonly string[]) =>
  anAlert(
    ids.map(on => ({
      ...aFinding({ on, action: deferredTo('2026-11-24T08:15:30Z') }),
      refusedBefore: { code: 'TEST', why: WHY, at: '2026-11-20T08:16:02.123Z' },
    })),
  )

const oneLine = (ids: readonly string[]): string => renderEmailBody(alertOf(ids)).replace(/\s+/g, ' ')

test('an alert of a stop that was refused before says why that was, and that it no longer applies', () => {
  expect(oneLine(['i-1'])).toContain(
    `i-1 was not stopped before (2026-11-20 08:16:02 UTC): ${WHY}. That no longer applies.`,
  )
  expect(oneLine(['i-1'])).not.toContain('was refused before, too')
})

test('an alert of several such stops names one and counts the others', () => {
  expect(oneLine(['i-1', 'i-2', 'i-3'])).toContain('A stop of 2 more was refused before, too.')
  expect(oneLine(['i-1', 'i-1'])).not.toContain('was refused before, too')
})

test('an alert of a stop that was never refused says nothing of that', () => {
  const finding = aFinding({ action: deferredTo('2026-11-24T08:15:30Z') })
  expect(renderEmailBody(anAlert([finding]))).not.toContain('not stopped before')
})
