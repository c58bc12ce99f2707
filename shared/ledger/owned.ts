import { isLaunchedByOwner } from '../engine/decide.ts'
import type { Finding } from '../engine/finding.ts'
import type { Actor } from '../facts/facts.ts'
import type { Row } from './row.ts'

type Told = Pick<Row, 'finding'>

const readActor = ({ finding }: Told): Actor => {
  const { actor }: Finding = JSON.parse(finding)
  return actor
}

/**
 * Whether the instance of a row was launched by a service that replaces what it launched. Later reports do not name that
 * service, and not every service leaves a tag.
 */
export const isOwned = (row: Told): boolean => isLaunchedByOwner(readActor(row))

/**
 * The service that launched the instance of these rows and replaces it. One row may name it where the others do not: each rule
 * has a row of its own, and each row is of the report that it was found in.
 */
export const findOwner = (rows: readonly Told[]): Pick<Actor, 'via'> => {
  const { via } = rows.map(readActor).find(isLaunchedByOwner) ?? {}
  return via === undefined ? {} : { via }
}
