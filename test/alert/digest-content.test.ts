import { describe, expect, test } from '@jest/globals'
import { buildDigestAlerts } from '../../shared/alert/outcome.ts'
import { renderEmailBody } from '../../shared/alert/tell.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { anEnded, instanceIds, TELLER } from '../support/findings.ts'
import { behind, tooWide } from './reading.ts'

const scheduled = (count: number) =>
  instanceIds(count).map((on, index) =>
    anEnded(
      {
        state: 'REFUSED',
        why: index % 100 === 0 ? 'stops are switched off' : 'the stop budget is spent: 5 stops in 10 min',
      },
      { on, severity: 'HIGH' },
    ),
  )
const mails = (count: number): readonly string[] =>
  buildDigestAlerts(scheduled(count), { policy: DEFAULT_POLICY, stops: 'off' }, TELLER).map(renderEmailBody)

describe('the email of a digest', () => {
  test('says how many instances it is about, why, what you can do, and how stops are resumed', () => {
    const email = mails(495).join()
    expect(email).toMatch(/^HIGH: 495 instances not stopped: the stop budget is spent\n/)
    expect(email).toContain(
      '   490 instances: the stop budget is spent: 5 stops in 10 min.\n   5 instances: stops are switched off.\n',
    )
    expect(behind(email, 'Rules')).toBe('paravirtual-instance (495)')
    expect(behind(email, 'To do')).toMatch(/^Check them: virtguard does not try these stops again/)
    expect(email.replace(/\s+/g, ' ')).toContain(
      '1. Stops are switched off in this stack. `virtguard stops on --why "WHY"`',
    )
  })

  test('lists every instance up to 500', () => {
    const email = mails(500).join()
    for (const id of instanceIds(500)) expect(email).toContain(id)
    expect(email).not.toContain('... cut')
    expect(tooWide(email)).toEqual([])
  })

  test('is split into parts that say so if it names ten thousand instances, none of them cut', () => {
    const parts = mails(10_000)
    expect(parts).toHaveLength(3)
    expect(parts[0]).toContain('Part 1 of 3; the reasons count all parts.')
    for (const email of parts) expect(email).not.toContain('... cut')
    expect(parts[0]).toContain('and 3,500 more')
    expect(parts[2]).toContain('and 1,500 more')
  })

  test('of one instance is in the singular', () => {
    expect(mails(1).join()).toContain('   1 instance: stops are switched off.\n')
    expect(mails(1).join()).toContain('The 1 instance:\n   i-00000000000000000\n')
  })
})
