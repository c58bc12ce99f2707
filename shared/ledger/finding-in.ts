import type { Finding } from '../engine/finding.ts'
import { addActionCode } from '../reasons/earlier-words.ts'
import type { Row } from './row.ts'

/** The finding that a row is about, with the code of its decision, which rows of the first version do not have. */
export const readFinding = ({ finding }: Pick<Row, 'finding'>): Finding => addActionCode(JSON.parse(finding))
