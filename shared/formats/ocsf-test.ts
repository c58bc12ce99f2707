import type { AccountRegion } from '../facts/account-region.ts'
import { type Ocsf, toOcsf } from './ocsf.ts'
import { testFinding } from './test-finding.ts'

/** An event that tests whether a receiver takes OCSF. `at` is when, ISO 8601. */
export const buildOcsfTest = (place: AccountRegion, at: string): Ocsf =>
  toOcsf(testFinding(place, at), { now: new Date(at), activity: 'close' })
