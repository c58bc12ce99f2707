import { isLaunchedByOwner } from '../engine/decide.ts'
import type { Finding } from '../engine/finding.ts'
import type { Row } from './row.ts'

/**
 * Whether the instance of a row was launched by a service that replaces what it launched. Later reports do not name that
 * service, and not every service leaves a tag.
 */
export const isOwned = ({ finding }: Pick<Row, 'finding'>): boolean => {
  const { actor }: Finding = JSON.parse(finding)
  return isLaunchedByOwner(actor)
}
