import { inUtc } from '../../shared/alert/clock.ts'
import { type LivePolicy, readLive } from '../../shared/aws/ledger/policy-store.ts'
import { unannounced } from '../../shared/policy/unannounced.ts'
import { escapeJson, plain } from '../../shared/text/untrusted.ts'
import { asking } from '../aws/asking.ts'
import type { Place } from '../aws/ledger-place.ts'
import type { Io } from '../io.ts'
import { sayLine } from '../report.ts'
import { policyAsFile } from './as-file.ts'

type Signature = {
  readonly by: string | undefined
  readonly caller: string | undefined
  readonly at: string | undefined
}

const byAt = ({ by, caller, at }: Signature): string =>
  [
    ...(caller === undefined ? [] : [`by ${caller}`]),
    ...(by === undefined ? [] : [caller === undefined ? `by ${by}` : `(says to be ${by})`]),
    ...(at === undefined ? [] : [`at ${inUtc(at)}`]),
  ].join(' ')

/** The switch, in a line. */
export const stopsInWords = ({ stops, stopsBy, stopsCaller, stopsAt, stopsWhy }: LivePolicy): string => {
  const since = byAt({ by: stopsBy, caller: stopsCaller, at: stopsAt })
  const why = stopsWhy === undefined ? '' : `: ${stopsWhy}`
  return `stops are ${stops === 'on' ? 'switched on' : 'switched off'}${since === '' ? ', as they are from the start' : ` ${since}`}${why}`
}

const policyInWords = ({ policy, version, by, caller, at, problem }: LivePolicy): string => {
  const signed = byAt({ by, caller, at })
  if (policy !== undefined) return `version ${version}, applied ${signed}`
  if (version === undefined) return 'no policy was applied: the deployed policy counts'
  if (problem !== undefined) return `version ${version}, written ${signed}`
  return `reset ${signed} (version ${version}): the deployed policy counts`
}

/** Writes the policy that was applied, as a file, and the switch. Returns 2 where what is there cannot be used. */
export const showPolicy = async (io: Io, { ledger }: Place, format: 'yaml' | 'json'): Promise<number> => {
  const live = await asking('dynamodb:Query', readLive(ledger.client, ledger.table))
  if (format === 'json') io.out.write(`${escapeJson(JSON.stringify(live, null, 2))}\n`)
  else {
    io.out.write(`# ${plain(policyInWords(live))}\n# ${plain(stopsInWords(live))}\n`)
    if (live.policy !== undefined) io.out.write(policyAsFile(live.policy))
  }
  for (const what of unannounced(live, io.now()))
    sayLine(io.err, `operations got no message about ${what}: find out who changed it (CloudTrail), then set it again`)
  if (live.problem === undefined) return 0
  sayLine(
    io.err,
    `${live.problem}; apply a valid one (virtguard policy apply), or go back to the deployed one (virtguard policy reset)`,
  )
  return 2
}
