import { formatUtc } from '../../shared/alert/clock.ts'
import { type LivePolicy, readLive } from '../../shared/aws/ledger/policy-store.ts'
import { findUnannounced } from '../../shared/policy/unannounced.ts'
import { escapeJson, toPlainText } from '../../shared/text/untrusted.ts'
import { askAws } from '../aws/asking.ts'
import type { LocatedLedger } from '../aws/locate-ledger.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { renderPolicyFile } from './as-file.ts'

type Signature = {
  readonly by: string | undefined
  readonly caller: string | undefined
  readonly at: string | undefined
}

const formatAuthor = ({ by, caller, at }: Signature): string =>
  [
    ...(caller === undefined ? [] : [`by ${caller}`]),
    ...(by === undefined ? [] : [caller === undefined ? `by ${by}` : `(says to be ${by})`]),
    ...(at === undefined ? [] : [`at ${formatUtc(at)}`]),
  ].join(' ')

/** The switch, in a line. */
export const describeStops = ({ stops, stopsBy, stopsCaller, stopsAt, stopsWhy }: LivePolicy): string => {
  const since = formatAuthor({ by: stopsBy, caller: stopsCaller, at: stopsAt })
  const why = stopsWhy === undefined ? '' : `: ${stopsWhy}`
  return `stops are ${stops === 'on' ? 'switched on' : 'switched off'}${since === '' ? ', as they are from the start' : ` ${since}`}${why}`
}

/** The switch of each account that has one, in a line. */
export const describeAccountStops = ({ accountStops = {} }: LivePolicy): readonly string[] =>
  Object.entries(accountStops).map(([account, { stops, by, caller, at, why }]) => {
    const since = formatAuthor({ by, caller, at })
    return `stops are switched ${stops} in account ${account}${since === '' ? '' : ` ${since}`}${why === undefined ? '' : `: ${why}`}`
  })

const describeLivePolicy = ({ policy, version, by, caller, at, problem }: LivePolicy): string => {
  const signed = formatAuthor({ by, caller, at })
  if (policy !== undefined) return `version ${version}, applied ${signed}`
  if (version === undefined) return 'no policy was applied: the deployed policy is in force'
  if (problem !== undefined) return `version ${version}, written ${signed}`
  return `reset ${signed} (version ${version}): the deployed policy is in force`
}

/** Writes the policy that was applied, as a file, and the switch. Returns 2 if the stored policy cannot be used. */
export const showPolicy = async (io: Io, { ledger }: LocatedLedger, format: 'yaml' | 'json'): Promise<number> => {
  const live = await askAws('dynamodb:Query', readLive(ledger.client, ledger.table))
  if (format === 'json') io.out.write(`${escapeJson(JSON.stringify(live, null, 2))}\n`)
  else {
    const lines = [describeLivePolicy(live), describeStops(live), ...describeAccountStops(live)]
    io.out.write(lines.map(line => `# ${toPlainText(line)}\n`).join(''))
    if (live.policy !== undefined) io.out.write(renderPolicyFile(live.policy))
  }
  for (const what of findUnannounced(live, io.now()))
    printLine(
      io.err,
      `operations got no message about ${what}: find out who changed it (CloudTrail), then set it again`,
    )
  if (live.problem === undefined) return 0
  printLine(
    io.err,
    `${live.problem}; apply a valid one (virtguard policy apply), or go back to the deployed one (virtguard policy reset)`,
  )
  return 2
}
