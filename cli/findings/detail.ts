import { formatUtc } from '../../shared/alert/clock.ts'
import type { State } from '../../shared/ledger/row.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { createPainter } from '../output/colour.ts'
import type { Entry } from '../output/entry.ts'
import type { Output } from '../output/io.ts'
import { formatNames } from '../output/names.ts'
import { pad, wrap } from '../output/width.ts'
import { STATE_COLOURS } from './entry-layout.ts'
import { describeFate } from './story.ts'

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

const describeLaunch = ({ finding: { event, actor } }: Entry): string => {
  const group = actor.autoScalingGroup === undefined ? '' : `, for the Auto Scaling group ${actor.autoScalingGroup}`
  return `${event.name} at ${formatUtc(event.time)}${actor.arn === undefined ? '' : `, by ${actor.arn}`}${group}`
}

/** All that the ledger knows of one row, for a reader. */
const describeOne = (entry: Entry, out: Output): string => {
  const paint = createPainter(out.hasColour)
  const { finding, state, history, stopRequestedAt } = entry
  const formatParagraph = (words: string, indent = '  '): string =>
    wrap(toPlainText(words), out.columns - indent.length)
      .map(line => `${indent}${line}\n`)
      .join('')
  const past = history.map(({ state: was, at, why }) => {
    const [first = '', ...rest] = wrap(toPlainText(why), out.columns - TIME - STATE - 6)
    const indent = ' '.repeat(TIME + STATE + 6)
    return [
      `  ${pad(formatUtc(at), TIME)}  ${pad(was, STATE)}  ${first}`,
      ...rest.map(line => `${indent}${line}`),
    ].join('\n')
  })
  const title = `${finding.rule}: ${paint(state, ...STATE_COLOURS[state])}, ${finding.severity}`
  return [
    `${title}\n`,
    formatParagraph(MEANINGS[state]),
    formatParagraph(`Now: ${describeFate(entry)}.`),
    stopRequestedAt === undefined ? '' : formatParagraph(`EC2 was asked to stop it at ${formatUtc(stopRequestedAt)}.`),
    `\n${paint('What was found', 'bold')}\n`,
    formatParagraph(finding.message),
    formatParagraph(describeLaunch(entry)),
    `\n${paint('What happened', 'bold')}\n`,
    past.length === 0
      ? formatParagraph('An earlier version wrote this row, without a history.')
      : `${past.join('\n')}\n`,
    `\n${paint('What to do', 'bold')}\n`,
    formatParagraph(finding.remediation),
  ].join('')
}

/** Everything that the ledger knows of a resource: a part for each rule. */
export const describeDetail = (entries: readonly Entry[], out: Output): string => {
  const [first] = entries
  if (first === undefined) return ''
  const { id, accountId, region } = first.finding.resource
  const head = createPainter(out.hasColour)(
    `${toPlainText(id)} in ${toPlainText(accountId)}/${toPlainText(region)}`,
    'bold',
  )
  const names = formatNames(first.finding, out.columns - 2).map(line => `  ${line}\n`)
  return `${head}\n${names.join('')}\n${entries.map(entry => describeOne(entry, out)).join('\n')}`
}
