import { inUtc } from '../../shared/alert/clock.ts'
import type { State } from '../../shared/ledger/row.ts'
import { plain } from '../../shared/text/untrusted.ts'
import type { Output } from '../io.ts'
import { painter } from '../output/colour.ts'
import { pad, wrap } from '../output/width.ts'
import type { Entry } from './entry.ts'
import { STATE_COLOURS } from './entry-layout.ts'
import { becameOf } from './story.ts'

const MEANINGS: Readonly<Record<State, string>> = {
  NEW: 'Found. Its alert is not known to be out.',
  ALERTED: 'Alerted. virtguard does nothing else.',
  SUPPRESSED: 'Exempt: recorded, and not alerted.',
  DEFERRED: 'Alerted, with the time of the stop.',
  STOPPED: 'Stopped by virtguard.',
  REFUSED: 'Was to be stopped, and was left running.',
  RESOLVED: 'Nothing is left to stop.',
  FAILED: 'Was to be stopped, and was not, as far as is known.',
}

const TIME = 'YYYY-MM-DD hh:mm:ss UTC'.length
const STATE = 10

const launchedBy = ({ finding: { event, actor } }: Entry): string => {
  const group = actor.autoScalingGroup === undefined ? '' : `, for the Auto Scaling group ${actor.autoScalingGroup}`
  return `${event.name} at ${inUtc(event.time)}${actor.arn === undefined ? '' : `, by ${actor.arn}`}${group}`
}

/** All that the ledger knows of one row, for a reader. */
const oneInWords = (entry: Entry, out: Output): string => {
  const paint = painter(out.hasColour)
  const { finding, state, history, stopRequestedAt } = entry
  const text = (words: string, indent = '  '): string =>
    wrap(plain(words), out.columns - indent.length)
      .map(line => `${indent}${line}\n`)
      .join('')
  const past = history.map(({ state: was, at, why }) => {
    const [first = '', ...rest] = wrap(plain(why), out.columns - TIME - STATE - 6)
    const indent = ' '.repeat(TIME + STATE + 6)
    return [`  ${pad(inUtc(at), TIME)}  ${pad(was, STATE)}  ${first}`, ...rest.map(line => `${indent}${line}`)].join(
      '\n',
    )
  })
  const title = `${finding.rule}: ${paint(state, ...STATE_COLOURS[state])}, ${finding.severity}`
  return [
    `${title}\n`,
    text(MEANINGS[state]),
    text(`Now: ${becameOf(entry)}.`),
    stopRequestedAt === undefined ? '' : text(`EC2 was asked to stop it at ${inUtc(stopRequestedAt)}.`),
    `\n${paint('What was found', 'bold')}\n`,
    text(finding.message),
    text(launchedBy(entry)),
    `\n${paint('What happened', 'bold')}\n`,
    past.length === 0 ? text('An earlier version wrote this row, without a history.') : `${past.join('\n')}\n`,
    `\n${paint('What to do', 'bold')}\n`,
    text(finding.remediation),
  ].join('')
}

/** Everything that the ledger knows of a resource: a chapter for each rule. */
export const detailInWords = (entries: readonly Entry[], out: Output): string => {
  const [first] = entries
  if (first === undefined) return ''
  const { id, accountId, region } = first.finding.resource
  const head = painter(out.hasColour)(`${plain(id)} in ${plain(accountId)}/${plain(region)}`, 'bold')
  return `${head}\n\n${entries.map(entry => oneInWords(entry, out)).join('\n')}`
}
