import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import { sweepAlert, sweepLaunch } from '../../shared/alert/sweep-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { applyKnownActor } from '../../shared/engine/known-actor.ts'
import { adaptToSweep } from '../../shared/engine/swept.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { readFinding } from '../../shared/ledger/finding-in.ts'
import { forgetGroup } from '../../shared/ledger/owned.ts'
import { isExisting } from '../../shared/ledger/promising.ts'
import type { Claim, Claimed, Claiming, Row } from '../../shared/ledger/row.ts'
import { addDeliveries } from '../../shared/routing/deliveries.ts'
import { countByRule } from '../runtime/count-by-rule.ts'
import { requestRedelivery } from '../runtime/request-redelivery.ts'
import type { Work } from './ports.ts'
import { isAsRead, isPromise, promiseTimes } from './promise-times.ts'

/** The limit of resources in an alert. The gathered findings are claimed and alerted before there are more. */
export const MOST_GATHERED = 4_000

/** Gathers the findings of a sweep, so that a region has one alert. */
export type Found = {
  /** `back`: a resolved finding whose instance was started again, as its event says. */
  readonly add: (findings: readonly Finding[], how?: 'back') => Promise<void>
  /** A finding that was alerted and left running, as its row was read: it is promised a stop. */
  readonly promise: (finding: Finding, row: Row) => Promise<void>
  /**
   * Claims the gathered findings, and alerts those that nobody has alerted. Throws then if another delivery of the
   * message is alerting some of them.
   */
  readonly alert: () => Promise<void>
}

/** Who launched it is known from its launch, and a sweep sees its tags only. Enforce decides on both. */
const addLauncher = (finding: Finding, row: Row): Finding =>
  applyKnownActor(finding, { ...forgetGroup(readFinding(row).actor), ...finding.actor })

type ToPromise = { readonly finding: Finding; readonly row: Row }
type Gathered = { readonly seen: Finding[]; readonly recurred: Finding[]; readonly promises: ToPromise[] }

const NOTHING = (): Gathered => ({ seen: [], recurred: [], promises: [] })

const countOf = ({ seen, recurred: back, promises }: Gathered): number => seen.length + back.length + promises.length

/** Claims the gathered findings, with their times. Returns those that were claimed. */
const createClaimer = (where: AccountRegion, work: Work, existing: boolean) => {
  const { ledger } = work.ports
  const { log } = work.ports
  const times = promiseTimes(where, work)
  /**
   * Findings that are promised a stop now, with their times. Of the others, only a claim of our own message has nobody
   * else to alert it.
   */
  const choose = async (promises: readonly ToPromise[]): Promise<readonly Finding[]> => {
    const known = await times.known(promises.map(({ finding }) => finding))
    const refused = promises.flatMap(({ row }, index) => {
      const finding = known[index]
      return finding === undefined || isPromise(finding) ? [] : { finding, row }
    })
    for (const { finding, row } of refused) {
      const { code, reason: why } = finding.action
      log('info', 'no stop scheduled', { ...where, pk: row.pk, rule: row.sk, code, why })
    }
    return [
      ...(await times.chosen(known)),
      ...refused.flatMap(({ finding, row }) => (row.state === 'NEW' ? finding : [])),
    ]
  }
  return async (
    { seen, recurred: back, promises }: Gathered,
    claim: Claim,
  ): Promise<Pick<Claiming, 'ours' | 'beingAlerted'>> => {
    const chosen = await choose(promises)
    const timed = async (findings: readonly Finding[]) =>
      existing ? times.found(await times.known(findings)) : findings
    const found = await timed(existing ? await times.claimable(seen) : seen)
    const claims = [
      [found, { ...claim, sweep: true, mayPromise: isExisting }],
      [await timed(back), claim],
      [chosen, { ...claim, sweep: true, mayPromise: isAsRead(promises.map(({ row }) => row)) }],
    ] as const
    const ours: Claimed[] = []
    let beingAlerted = false
    for (const [findings, how] of claims) {
      if (findings.length === 0) continue
      const claimed = await ledger.claim(findings, how)
      ours.push(...claimed.ours)
      beingAlerted ||= claimed.beingAlerted
    }
    return { ours, beingAlerted }
  }
}

/** One for each delivery: SQS may deliver a message twice at the same moment, and then one of the two alerts. */
export const createCollector = (where: AccountRegion, work: Work): Found => {
  const { delivery, ports } = work
  const { policy } = ports
  const { messageId, claimant } = delivery
  const existing = policy.stop.existing === true && ports.canStop(where.region)
  const claimAll = createClaimer(where, work, existing)
  let gathered = NOTHING()
  let alertCount = 0
  const tell = async (): Promise<void> => {
    const these = gathered
    if (countOf(these) === 0) return
    gathered = NOTHING()
    const claim = { claimant, launchId: sweepLaunch(messageId, alertCount), now: ports.now() }
    alertCount += 1
    const { ours, beingAlerted } = await claimAll(these, claim)
    for (const alert of sweepAlert(ours, { ...where, ...claim }))
      await ports.publish(renderSnsMessage(addDeliveries(alert, policy, ports.now())))
    countByRule(ours, ports.countFindings)
    if (ours.length > 0) ports.log('info', 'alerted what was found', { ...where, findings: ours.length })
    if (beingAlerted) requestRedelivery()
  }
  return {
    add: async (findings, how) => {
      const into = how === 'back' ? gathered.recurred : gathered.seen
      for (const finding of findings) into.push(adaptToSweep(finding, policy, existing))
      if (countOf(gathered) >= MOST_GATHERED) await tell()
    },
    promise: async (finding, row) => {
      gathered.promises.push({ finding: addLauncher(finding, row), row })
      if (countOf(gathered) >= MOST_GATHERED) await tell()
    },
    alert: tell,
  }
}
