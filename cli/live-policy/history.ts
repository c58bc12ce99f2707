import { formatUtc } from '../../shared/alert/clock.ts'
import { type PastChange, readHistory } from '../../shared/aws/ledger/policy-history.ts'
import { escapeJson, toPlainText } from '../../shared/text/untrusted.ts'
import { askAws } from '../aws/asking.ts'
import type { LocatedLedger } from '../aws/locate-ledger.ts'
import type { Io } from '../output/io.ts'

const MOST = 50

const describeResources = ({ what, version }: PastChange): string => {
  if (what === 'applied') return `version ${version} applied`
  if (what === 'reset') return `reset (version ${version})`
  return `${what.replace('stops', 'stops switched')}`
}

const renderEntry = (change: PastChange): readonly string[] => {
  const { at, by, caller = 'a caller that AWS did not name', why, changes = [] } = change
  return [
    `${formatUtc(at)}  ${describeResources(change)} by ${caller} (says to be ${by})${why === undefined ? '' : `: ${why}`}`,
    ...changes.map(line => `    ${line}`),
  ]
}

/** Writes the changes made with this command line, the latest first: of the policy, and of the switch for stops. */
export const showHistory = async (io: Io, { ledger }: LocatedLedger, format: 'yaml' | 'json'): Promise<number> => {
  const changes = await askAws('dynamodb:Query', readHistory(ledger.client, ledger.table, MOST))
  if (format === 'json') io.out.write(`${escapeJson(JSON.stringify(changes, null, 2))}\n`)
  else if (changes.length === 0) io.out.write('no change was made with this command line\n')
  else
    io.out.write(
      changes
        .flatMap(renderEntry)
        .map(line => `${toPlainText(line)}\n`)
        .join(''),
    )
  return 0
}
