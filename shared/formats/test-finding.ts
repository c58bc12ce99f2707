import type { Finding } from '../engine/finding.ts'
import type { AccountRegion } from '../facts/account-region.ts'
import { createInstanceResource } from '../facts/resource.ts'
import { describeReasons } from '../wording/reasons.ts'

/**
 * The finding that `virtguard notify test` sends to programs: it passes, and is about an instance that cannot exist.
 * The same id each time.
 */
export const testFinding = (place: AccountRegion, at: string): Finding => ({
  schemaVersion: '1',
  id: `test/${place.accountId}/${place.region}/i-00000000`,
  rule: 'test',
  status: 'PASSED',
  severity: 'INFORMATIONAL',
  workflow: 'NEW',
  reasons: [],
  title: 'A test of virtguard',
  message: 'A test that somebody sent with `virtguard notify test`. Nothing was found.',
  remediation: 'There is nothing to do.',
  resource: createInstanceResource(place, 'i-00000000'),
  facts: {},
  actor: {},
  event: { id: `test-${at}`, name: 'Test', time: at },
  action: { type: 'alert', decision: 'alert-only', ...describeReasons({ code: 'TEST' }) },
})
