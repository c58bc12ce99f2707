import { describe, expect, test } from '@jest/globals'
import type { ExpiringExemption } from '../../shared/alert/alert.ts'
import { renderEmailBody, renderSubject } from '../../shared/alert/render-alert.ts'
import { buildExemptionNotice } from '../../shared/alert/sweep-alert.ts'
import { aFinding, instanceIds, SWEEP } from '../support/findings.ts'
import { behind, tooWide } from './reading.ts'

const anEnding = (ending: Partial<ExpiringExemption> = {}): ExpiringExemption => ({
  key: '2026-12-01 user@example.com moves to Nitro',
  reason: 'moves to Nitro in the first quarter, together with the rest of the legacy web servers',
  owner: 'user@example.com',
  expires: '2026-12-01',
  resources: 2,
  ...ending,
})

const notice = (exemptions: readonly ExpiringExemption[], count: number) => {
  const covered = instanceIds(count).map(on => aFinding({ on, workflow: 'SUPPRESSED' }))
  const alerts = buildExemptionNotice(exemptions, covered, SWEEP)
  return { subject: alerts.map(renderSubject).join(), email: alerts.map(renderEmailBody).join() }
}

describe('the email about an exemption that ends', () => {
  test('says when the exemption ends, who owns it, what it covers, and what to do before', () => {
    const { subject, email } = notice([anEnding()], 2)
    expect(subject).toBe('[MEDIUM] Exemption ends 2026-12-01: 2 instances (m1.small) in 123456789012 us-east-1')
    expect(email).toMatch(
      /^MEDIUM: Exemption ends 2026-12-01\n\nWhat an exemption covers is alerted as a finding again/,
    )
    expect(email.replace(/\s+/g, ' ')).toContain(
      'Until the end of 2026-12-01: moves to Nitro in the first quarter, together with the rest of the legacy web servers (user@example.com); covers 2',
    )
    expect(behind(email, 'Ids')).toBe(instanceIds(2).join(', '))
    expect(behind(email, 'Covered')).toBe('Paravirtual instance (paravirtual-instance), MEDIUM: 2')
    expect(behind(email, 'To do')).toMatch(/^Fix what is covered. If it has to stay, set a later `expires`/)
    expect(tooWide(email)).toEqual([])
  })

  test('about several exemptions begins with the one that ends first', () => {
    const { subject, email } = notice([anEnding(), anEnding({ expires: '2026-11-30', reason: 'a trial' })], 12)
    expect(subject).toMatch(/^\[MEDIUM\] Exemptions end from 2026-11-30: 12 instances /)
    expect(email.replace(/\s+/g, ' ')).toContain('Until the end of 2026-11-30: a trial (user@example.com)')
    for (const id of instanceIds(12)) expect(email).toContain(id)
    expect(tooWide(email)).toEqual([])
  })
})
