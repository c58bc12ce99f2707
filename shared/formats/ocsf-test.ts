import { type Ocsf, ocsfOf } from './ocsf.ts'
import { type Place, testFinding } from './test-finding.ts'

/** An event that tests whether a receiver takes OCSF. `at` is when, ISO 8601. */
export const ocsfTest = (place: Place, at: string): Ocsf =>
  ocsfOf(testFinding(place, at), { now: new Date(at), activity: 'close' })
