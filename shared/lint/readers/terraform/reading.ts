import type { DeclaredPair } from '../../model/declaration.ts'
import { closePair } from '../pairs.ts'
import type { PlannedResource } from './resources.ts'

/** What a resource of a plan launches. */
export type Reading = {
  readonly pairs: readonly DeclaredPair[]
  /** The templates and launch configurations of the plan that it launches by. */
  readonly by: readonly PlannedResource[]
}

export const createReading = (
  pairs: readonly DeclaredPair[],
  by: readonly (PlannedResource | undefined)[],
): Reading => ({
  pairs: pairs.map(pair => closePair(pair, 'plan')),
  by: by.filter(resource => resource !== undefined),
})

export const BLOCKS_UNKNOWN = 'What it launches is only known at apply.'
