import { inUtc } from '../../shared/alert/clock.ts'
import { type PastChange, readHistory } from '../../shared/aws/ledger/policy-history.ts'
import { escapeJson, plain } from '../../shared/text/untrusted.ts'
import { asking } from '../aws/asking.ts'
import type { Place } from '../aws/ledger-place.ts'
import type { Io } from '../io.ts'

const MOST = 50

const whatOf = ({ what, version }: PastChange): string => {
  if (what === 'applied') return `version ${version} applied`
  if (what === 'reset') return `reset (version ${version})`
  return `${what.replace('stops', 'stops switched')}`
}

const entryLines = (change: PastChange): readonly string[] => {
  const { at, by, caller = 'a caller that AWS did not name', why, changes = [] } = change
  return [
    `${inUtc(at)}  ${whatOf(change)} by ${caller} (says to be ${by})${why === undefined ? '' : `: ${why}`}`,
    ...changes.map(line => `    ${line}`),
  ]
}

/** Writes what was changed with this command line, the latest first: of the policy, and of the switch for stops. */
export const showHistory = async (io: Io, { ledger }: Place, format: 'yaml' | 'json'): Promise<number> => {
  const changes = await asking('dynamodb:Query', readHistory(ledger.client, ledger.table, MOST))
  if (format === 'json') io.out.write(`${escapeJson(JSON.stringify(changes, null, 2))}\n`)
  else if (changes.length === 0) io.out.write('no change was made with this command line\n')
  else
    io.out.write(
      changes
        .flatMap(entryLines)
        .map(line => `${plain(line)}\n`)
        .join(''),
    )
  return 0
}
