import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Item } from '../../shared/aws/ledger/items.ts'
import { sendTo } from '../../shared/aws/sweep-queue.ts'
import { FINDINGS_PER_PROMISE, type FindingPlace } from '../../shared/ledger/sweep-message.ts'
import { plain } from '../../shared/text/untrusted.ts'
import { asking } from '../aws/asking.ts'
import type { Entry } from '../findings/entry.ts'
import { becameOf } from '../findings/story.ts'
import type { Io } from '../io.ts'
import { confirmed } from '../live-policy/confirm.ts'
import { counted } from '../output/counted.ts'
import { sayLine } from '../report.ts'
import { type Choice, chosenIn } from './chosen.ts'

export type Retry = {
  readonly accountId: string
  readonly choice: Choice
  readonly queue: { readonly client: SQSClient; readonly url: string }
  readonly isDryRun: boolean
  readonly yes: boolean
}

const howMany = (entries: readonly Entry[]): string => {
  const instances = new Set(entries.map(({ finding }) => finding.resource.id)).size
  return `${counted(instances, 'instance')} (${counted(entries.length, 'finding')})`
}

const lineOf = (entry: Entry): string => {
  const { rule, resource } = entry.finding
  return plain(`${resource.id} ${rule}: ${entry.state}, ${becameOf(entry)}`)
}

const placesOf = (entries: readonly Entry[]): readonly FindingPlace[] =>
  entries.map(({ finding: { rule, resource } }) => ({ resourceId: resource.id, rule }))

const send = async (entries: readonly Entry[], { accountId, choice, queue }: Retry): Promise<void> => {
  const places = placesOf(entries)
  for (let start = 0; start < places.length; start += FINDINGS_PER_PROMISE) {
    const findings = places.slice(start, start + FINDINGS_PER_PROMISE)
    await asking('sqs:SendMessage', sendTo(queue, { kind: 'promise', accountId, region: choice.region, findings }))
  }
}

const QUESTION =
  'each is evaluated again, alerted with a new time, and stopped then if nothing prevents it. Promise these stops?'

/**
 * Has findings that were left running promised a stop again, by the stack: it stops nothing itself. Returns 1 where there
 * are none, or it was declined; 2 where a row is damaged.
 */
export const retryStops = async (io: Io, pages: AsyncIterable<readonly Item[]>, retry: Retry): Promise<number> => {
  const { choice, isDryRun, yes } = retry
  const { entries, elsewhere, problems } = await chosenIn(pages, { choice, now: io.now() })
  for (const problem of problems) sayLine(io.err, problem)
  const code = problems.length > 0 ? 2 : 0
  if (elsewhere > 0)
    sayLine(io.err, `${counted(elsewhere, 'finding')} in other regions: this stack stops in ${choice.region} only`)
  if (entries.length === 0) {
    sayLine(io.err, 'no finding is chosen; `virtguard findings --refused` lists what was left running, and why')
    return Math.max(code, 1)
  }
  io.out.write(entries.map(entry => `${lineOf(entry)}\n`).join(''))
  if (isDryRun) {
    sayLine(io.err, `${howMany(entries)} would be evaluated again; nothing was asked for`)
    return code
  }
  if (!(await confirmed(io, `${howMany(entries)}: ${QUESTION}`, yes || entries.length === 1))) {
    sayLine(io.err, 'nothing was asked for')
    return 1
  }
  await send(entries, retry)
  sayLine(
    io.err,
    `${howMany(entries)}: asked for; the alert says which are stopped, and when; the log of Sweep says why others are not`,
  )
  return code
}
