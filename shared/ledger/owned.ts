import { isLaunchedByOwner } from '../engine/decide.ts'
import type { Finding } from '../engine/finding.ts'
import type { Row } from './row.ts'

/**
 * Whether a service launched the instance of a row that replaces what it launched. Later reports do not name it any more,
 * and tags do not tell it of every service.
 */
export const isOwned = ({ finding }: Pick<Row, 'finding'>): boolean => {
  const { actor }: Finding = JSON.parse(finding)
  return isLaunchedByOwner(actor)
}
