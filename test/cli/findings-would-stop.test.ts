import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Finding } from '../../shared/engine/finding.ts'
import { parseReasonWords } from '../../shared/reasons/earlier-words.ts'
import { getReasonOr } from '../../shared/reasons/reason.ts'
import { aFinding, anAction, DEFERRED, instanceIds } from '../support/findings.ts'
import { expectNoCalls } from './aws.ts'
import { answer, item, lines, list } from './ledger-rows.ts'

beforeEach(expectNoCalls)

// As a version without codes wrote them.
const REFUSED = (reason: string): Finding['action'] => ({
  type: 'stop',
  decision: 'refuse',
  reason,
  ...getReasonOr(parseReasonWords(reason)),
})

describe('the list of what would have been stopped', () => {
  const group = (name: string) =>
    REFUSED(`it belongs to the Auto Scaling group ${name}, which would replace it: fix its launch template lt-0abc`)

  test('is counted by instance, with the members of groups and the reasons of the others', async () => {
    const ids = instanceIds(9)
    const rows = [
      aFinding({ on: ids[0] ?? '' }),
      aFinding({ on: ids[1] ?? '' }),
      // Two rules on one instance are one stop; one that may not be stopped for one rule may be for another.
      aFinding({ on: ids[0] ?? '', rule: 'xen-hypervisor' }),
      aFinding({ on: ids[1] ?? '', rule: 'ena-disabled', action: REFUSED('the verdict is UNKNOWN') }),
      aFinding({ on: ids[2] ?? '', action: group('web, blue') }),
      aFinding({ on: ids[3] ?? '', action: group('web, blue') }),
      aFinding({ on: ids[4] ?? '', action: group('batch') }),
      aFinding({
        on: ids[5] ?? '',
        action: REFUSED('it belongs to an EC2 fleet, which would replace it: fix the template'),
      }),
      aFinding({ on: ids[6] ?? '', action: REFUSED('the verdict is UNKNOWN') }),
      aFinding({ on: ids[7] ?? '', action: anAction('alert-only', { code: 'EXEMPT' }) }),
      aFinding({ on: ids[8] ?? '', action: DEFERRED }),
    ]
    answer(rows.map(row => item(row)))
    const { code, out, errLines } = await list('--would-stop', '--since', '7d')
    expect(lines(out)).toHaveLength(9)
    expect(errLines).toEqual([
      'virtguard: 9 findings in account 123456789012 since 2026-11-17 12:00 UTC',
      'virtguard: 2 instances would have been stopped, 5 left running',
      'virtguard: left running: 3 members of Auto Scaling groups (web, blue: 2, batch: 1), which would replace them: fix the launch templates',
      'virtguard: left running: 1, because it belongs to an EC2 fleet',
      'virtguard: left running: 1, because the verdict is UNKNOWN',
    ])
    expect(code).toBe(0)
  })

  test('names at most five groups', async () => {
    answer(instanceIds(8).map((on, index) => item(aFinding({ on, action: group(`group-${index}`) }))))
    expect((await list('--would-stop')).err).toContain('group-4: 1, and 3 more groups), which')
  })

  test('is empty if nothing would have been stopped', async () => {
    answer([])
    expect((await list('--would-stop')).errLines).toHaveLength(1)
  })
})
