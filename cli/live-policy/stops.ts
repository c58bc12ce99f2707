import { readLive, writeStops } from '../../shared/aws/ledger/policy-store.ts'
import { plain } from '../../shared/text/untrusted.ts'
import { asking } from '../aws/asking.ts'
import type { Place } from '../aws/ledger-place.ts'
import type { Io } from '../io.ts'
import { stopsInWords } from './show.ts'

const EFFECT = {
  off: 'nothing is stopped from now on; alerts promise no more stops within a minute. What EC2 has taken already is not called off',
  on: 'rules on enforce stop again. What came due meanwhile stays as it is',
} as const

/** Writes whether stops are switched on, since when, by whom and why. */
export const showStops = async (io: Io, { ledger }: Place): Promise<number> => {
  const live = await asking('dynamodb:Query', readLive(ledger.client, ledger.table))
  io.out.write(`${plain(stopsInWords(live))}\n`)
  return 0
}

/** Turns stops on or off for every account, and keeps who, when and why. Asks nothing: off is for emergencies. */
export const switchStops = async (
  io: Io,
  { ledger }: Place,
  { value, why, by }: { readonly value: 'on' | 'off'; readonly why: string; readonly by: string },
): Promise<number> => {
  await asking('dynamodb:PutItem', writeStops(ledger.client, ledger.table, { value, why, by, at: io.now() }))
  io.out.write(`stops are switched ${value}: ${EFFECT[value]}\n`)
  return 0
}
