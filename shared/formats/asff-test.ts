import type { AccountRegion } from '../facts/account-region.ts'
import { type Asff, toAsff } from './asff.ts'
import { testFinding } from './test-finding.ts'

/** A document that tests whether Security Hub takes one; it is archived at once. `at` is when, ISO 8601. */
export const buildAsffTest = (place: AccountRegion, at: string): Asff =>
  toAsff(testFinding(place, at), { now: new Date(at), archived: true })
