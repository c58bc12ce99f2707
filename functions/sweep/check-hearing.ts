import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { type LaunchedInstance, listUnheard } from '../../shared/fleet/deaf.ts'
import type { EventPath, Hearing } from '../../shared/ledger/heard.ts'
import type { Work } from './ports.ts'

const SOURCES: Readonly<Record<EventPath, string>> = {
  records: 'CloudTrail records',
  notifications: 'EC2 notifications',
}

const SAME_START_MS = 60_000

/**
 * The first of these instances that a call launched. EC2 notifies of every start, but services start instances again
 * (after a host is retired) without a call that CloudTrail records, and its records of Spot are not certain. Undefined
 * if EC2 does not say.
 */
const findFirstCall = async (
  candidates: readonly LaunchedInstance[],
  { region, work }: { readonly region: string; readonly work: Work },
): Promise<LaunchedInstance | undefined> => {
  const ids = candidates.map(({ instanceId }) => instanceId)
  const reading = await work.ports.ec2(region).instances('instance-id', ids)
  if (!reading.ok) return undefined
  const called = reading.facts.filter(({ lifecycle }) => lifecycle !== 'spot')
  const created = new Map(called.map(({ instanceId, createdAt }) => [instanceId, createdAt]))
  return candidates.find(({ instanceId, launchTime }) => {
    const at = created.get(instanceId)
    return at !== undefined && Math.abs(Date.parse(at) - Date.parse(launchTime)) <= SAME_START_MS
  })
}

type Check = { readonly where: AccountRegion; readonly way: EventPath; readonly hearing: Hearing; readonly work: Work }

const doesEndDeafness = async (since: string, { where, way, hearing, work: { ports } }: Check): Promise<void> => {
  const heard = hearing.heard[way]
  if (heard === undefined || Date.parse(heard) < Date.parse(since)) {
    ports.log('warn', `still no ${SOURCES[way]} arrive from the region`, { ...where, since })
    return
  }
  if (await ports.ledger.endDeafness({ ...where, way, since, now: ports.now() }))
    ports.log('info', `${SOURCES[way]} arrive from the region again`, { ...where, since, heard })
}

const checkWay = async (launched: readonly LaunchedInstance[], check: Check): Promise<void> => {
  const { where, way, hearing, work } = check
  const { ports } = work
  // Not of this delivery alone: an alarm that is raised twice at once is one.
  const claimant = work.delivery.messageId
  const deaf = hearing.deaf[way]
  // An earlier delivery of this message may have written this without reporting it.
  if (deaf !== undefined && deaf.claimant !== claimant) return doesEndDeafness(deaf.since, check)
  const candidates = listUnheard(launched, { way, hearing, now: ports.now() })
  if (candidates.length === 0) return
  const proof = way === 'records' ? await findFirstCall(candidates, { region: where.region, work }) : candidates[0]
  if (proof === undefined) return
  const { instanceId, launchTime: launchedAt } = proof
  if (!(await ports.ledger.markDeaf({ ...where, way, launchedAt, claimant }))) return
  ports.count('RegionDeaf', 1, where.region)
  const lastHeard = hearing.heard[way] ?? 'never'
  ports.log('error', `no ${SOURCES[way]} arrive from the region, though instances are launched there`, {
    ...where,
    instanceId,
    launchedAt,
    lastHeard,
  })
}

/**
 * Reports once that a region is silent, if instances were launched there and no event arrived, and reports that it is
 * heard again. Regions without the rules of the stack count only if they were heard before. Throws what AWS throws.
 */
export const checkHearing = async (
  where: AccountRegion,
  launched: readonly LaunchedInstance[],
  work: Work,
): Promise<void> => {
  const { ledger, listens, now } = work.ports
  const hearing = await ledger.readHearing({ ...where, now: now(), restart: listens.ways.length === 0 })
  const isOwn = where.region === listens.region
  for (const way of listens.ways)
    if (isOwn || hearing.heard[way] !== undefined) await checkWay(launched, { where, way, hearing, work })
}
