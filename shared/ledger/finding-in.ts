import type { Finding } from '../engine/finding.ts'
import { withActionCode } from '../reasons/earlier-words.ts'
import type { Row } from './row.ts'

/** The finding that a row is about, with the code of its decision, which rows of the first version do not have. */
export const findingIn = ({ finding }: Pick<Row, 'finding'>): Finding => withActionCode(JSON.parse(finding))
