import { chooseDueTries, type RoleTry } from '../../shared/ledger/spokes.ts'
import { mapConcurrent } from '../runtime/map-concurrent.ts'
import { formatError } from '../runtime/one-line.ts'
import type { EnforcePorts, SpokePorts } from './ports.ts'

/** Half of the time of the function: STS answers the last ones, or is given up, within the other half. */
const TIME_MS = 25_000

/** Whatever is wrong with one account is said, and keeps no other from being tried. */
const tryRole = async (accountId: string, spokes: SpokePorts, { now, log }: EnforcePorts): Promise<RoleTry> => {
  try {
    const tried = await spokes.try(accountId)
    await spokes.record({ accountId, tried, now: now() })
    return tried
  } catch (error) {
    log('warn', `the role for stops could not be tried: ${formatError(error)}`, { accountId })
    await spokes.record({ accountId, tried: 'unknown', now: now() })
    return 'unknown'
  }
}

/**
 * Tries the role for stops in the accounts in which that is due, so that a stop is promised only where the role is known to be
 * there. Throws what DynamoDB throws.
 */
export const tryRoles = async (ports: EnforcePorts): Promise<void> => {
  const { spokes, now, log } = ports
  if (spokes === undefined) return
  const until = now().getTime() + TIME_MS
  const due = chooseDueTries(await spokes.list(), now())
  const tries = await mapConcurrent(due, async accountId =>
    now().getTime() < until ? tryRole(accountId, spokes, ports) : 'left',
  )
  const count = (kind: (typeof tries)[number]): number => tries.filter(one => one === kind).length
  log('info', 'the role for stops was tried in accounts of the organization', {
    assumed: count('assumed'),
    refused: count('refused'),
    unknown: count('unknown'),
    left: count('left'),
  })
}
