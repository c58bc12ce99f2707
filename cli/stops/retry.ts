import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Item } from '../../shared/aws/ledger/items.ts'
import { sendTo } from '../../shared/aws/sweep-queue.ts'
import { FINDINGS_PER_PROMISE, type FindingKey } from '../../shared/ledger/sweep-message.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { askAws } from '../aws/asking.ts'
import { describeFate } from '../findings/story.ts'
import { askConfirmation } from '../live-policy/confirm.ts'
import { formatCount } from '../output/counted.ts'
import type { Entry } from '../output/entry.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { type Choice, selectChosen } from './chosen.ts'

export type Retry = {
  readonly accountId: string
  readonly choice: Choice
  readonly queue: { readonly client: SQSClient; readonly url: string }
  readonly isDryRun: boolean
  readonly yes: boolean
}

const countItems = (entries: readonly Entry[]): string => {
  const instances = new Set(entries.map(({ finding }) => finding.resource.id)).size
  return `${formatCount(instances, 'instance')} (${formatCount(entries.length, 'finding')})`
}

const formatLine = (entry: Entry): string => {
  const { rule, resource } = entry.finding
  return toPlainText(`${resource.id} ${rule}: ${entry.state}, ${describeFate(entry)}`)
}

const listAccountRegions = (entries: readonly Entry[]): readonly FindingKey[] =>
  entries.map(({ finding: { rule, resource } }) => ({ resourceId: resource.id, rule }))

const send = async (entries: readonly Entry[], { accountId, choice, queue }: Retry): Promise<void> => {
  const places = listAccountRegions(entries)
  for (let start = 0; start < places.length; start += FINDINGS_PER_PROMISE) {
    const findings = places.slice(start, start + FINDINGS_PER_PROMISE)
    await askAws('sqs:SendMessage', sendTo(queue, { kind: 'promise', accountId, region: choice.region, findings }))
  }
}

const QUESTION =
  'each is evaluated again, alerted with a new time, and stopped then if nothing prevents it. Promise these stops?'

/**
 * Asks the stack to promise stops again for findings that were left running. It stops nothing itself. Returns 1 if
 * there are none, or the user declined; 2 if a row is damaged.
 */
export const retryStops = async (io: Io, pages: AsyncIterable<readonly Item[]>, retry: Retry): Promise<number> => {
  const { choice, isDryRun, yes } = retry
  const { entries, elsewhere, problems } = await selectChosen(pages, { choice, now: io.now() })
  for (const problem of problems) printLine(io.err, problem)
  const code = problems.length > 0 ? 2 : 0
  if (elsewhere > 0)
    printLine(
      io.err,
      `${formatCount(elsewhere, 'finding')} in other regions: this stack stops in ${choice.region} only`,
    )
  if (entries.length === 0) {
    printLine(io.err, 'no finding is chosen; `virtguard findings --refused` lists what was left running, and why')
    return Math.max(code, 1)
  }
  io.out.write(entries.map(entry => `${formatLine(entry)}\n`).join(''))
  if (isDryRun) {
    printLine(io.err, `${countItems(entries)} would be evaluated again; nothing was asked for`)
    return code
  }
  if (!(await askConfirmation(io, `${countItems(entries)}: ${QUESTION}`, yes || entries.length === 1))) {
    printLine(io.err, 'nothing was asked for')
    return 1
  }
  await send(entries, retry)
  printLine(
    io.err,
    `${countItems(entries)}: asked for; the alert says which are stopped, and when; the log of Sweep says why others are not`,
  )
  return code
}
