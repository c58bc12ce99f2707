import { type Asff, asffOf } from './asff.ts'
import { type Place, testFinding } from './test-finding.ts'

/** A document that tests whether Security Hub takes one; it is archived at once. `at` is when, ISO 8601. */
export const asffTest = (place: Place, at: string): Asff =>
  asffOf(testFinding(place, at), { now: new Date(at), archived: true })
