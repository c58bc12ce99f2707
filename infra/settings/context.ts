import { REGIONS } from '../../shared/catalogue/regions.ts'
import { UserError } from '../../shared/errors.ts'
import { describeExcess } from '../../shared/policy/deployment-limits.ts'
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { findUnseenStops } from '../../shared/routing/unrouted.ts'
import { ADDRESS, HOOK_MODES, ORGANIZATION_ID, REGION } from '../../shared/settings/forms.ts'
import { findNearest } from '../../shared/text/nearest-word.ts'
import { hasEnforcingRule } from './derived.ts'
import { type Options, readSettingsFile, readTextFile, type Where } from './settings-file.ts'

type HookMode = (typeof HOOK_MODES)[number]

/** The user's settings, of a file or by `-c`: the policy to deploy, the addresses, and whether the policy can be changed afterwards. */
export type Settings = {
  readonly policy: Policy
  /** Warnings of settings that are hardly intended, each in one line. Absent if there are none. */
  readonly warnings?: readonly string[]
  readonly emails: readonly string[]
  /** Whether functions read the live policy and the switch: it costs each a call as it starts, and one in 45 seconds. */
  readonly live: boolean
  /** Which regions are swept: that of the stack, every one that is enabled, or these. Nothing is stopped in another. */
  readonly sweepRegions: 'own' | 'all' | readonly string[]
  /** Whether somebody reads the topic of alerts by a subscription that is not of this stack. */
  readonly ownSubscribers: boolean
  /** The id of the organization of which the stack is the hub. Absent: it guards its own account. */
  readonly organization?: string
  /** Whether CloudFormation asks before it launches, and what a misfit does there. Absent: it does not ask. */
  readonly hook?: HookMode
  /** What else a settings file says of the deployment. Absent if it says nothing. */
  readonly options?: Options
}

const KEYS = ['settings', 'policy', 'email', 'live', 'sweepRegions', 'subscribers', 'organization', 'hook']

/** Reads the app's context strictly. Throws UserError: an unknown key, an unreadable or wrong policy, a wrong address. */
export const readSettingsFrom = (context: Readonly<Record<string, unknown>>): Settings => {
  // CDK's own keys have a colon or a slash in their names.
  const unknownKey = Object.keys(context).find(key => !KEYS.includes(key) && !/[:/@]/.test(key))
  if (unknownKey !== undefined) {
    throw new UserError(
      `context: unknown key "${unknownKey}"; virtguard takes -c settings=FILE, -c policy=FILE, -c email=ADDRESS[,ADDRESS], -c live=on|off, -c sweepRegions=all|REGION[,REGION], -c subscribers=own, -c organization=ID and -c hook=warn|fail`,
    )
  }
  const { values, where, options } = readSettingsFile(context)
  const { policy, warnings: ofPolicy } = readPolicyFrom(values['policy'], where)
  const sweepRegions = sweepRegionsFrom(values['sweepRegions'])
  const warnings = [...ofPolicy, ...findUnknownRegions(sweepRegions, where)]
  const emails = readEmailsFrom(values['email'])
  const ownSubscribers = readOwnSubscribers(values['subscribers'])
  refuseTwice(emails, policy, where)
  if (emails.length === 0 && !ownSubscribers) refuseUnseenStops(policy, where)
  refuseTooMuch({ emails, policy }, where)
  const hook = readHook(values['hook'], options, where)
  const organization = readOrganization(values['organization'], options, where)
  return {
    policy,
    ...(warnings.length > 0 && { warnings }),
    emails,
    live: readLiveFrom(values['live'], policy, where),
    sweepRegions,
    ownSubscribers,
    ...(organization !== undefined && { organization }),
    ...(hook !== undefined && { hook }),
    ...(options !== undefined && { options }),
  }
}

const readOwnSubscribers = (word: unknown): boolean => {
  if (word !== undefined && word !== 'own')
    throw new UserError(`context subscribers: "${word}" is not valid; give -c subscribers=own, or leave it out`)
  return word === 'own'
}

const readHook = (word: unknown, options: Options = {}, where: Where): HookMode | undefined => {
  const mode = HOOK_MODES.find(one => one === word)
  if (word !== undefined && mode === undefined)
    throw new UserError(`context hook: "${word}" is not valid; give -c hook=warn or fail`)
  const idle = (['hookUnknown', 'hookErrors'] as const).find(key => mode === undefined && options[key] !== undefined)
  if (idle !== undefined) throw new UserError(`${where(idle)}: there is no hook; add hook: warn, or leave it out`)
  return mode
}

const readOrganization = (id: unknown, options: Options = {}, where: Where): string | undefined => {
  if (id === undefined) return undefined
  if (typeof id !== 'string' || !ORGANIZATION_ID.test(id))
    throw new UserError(
      `${where('organization')}: "${id}" is not the id of an organization; write it like o-a1b2c3d4e5, as AWS Organizations shows it`,
    )
  const moved = (['namePrefix', 'rolePath'] as const).find(key => options[key] !== undefined)
  if (moved !== undefined)
    throw new UserError(
      `${where('organization')}: spokes trust the roles of the hub by fixed names without a path; leave ${moved} out`,
    )
  return id
}

// An instance that is stopped without an alert is an outage that nobody can explain.
const refuseUnseenStops = (policy: Policy, where: Where): void => {
  const [rule, ...more] = findUnseenStops(policy)
  if (rule === undefined) return
  const rules = [rule, ...more].join(', ')
  throw new UserError(
    `${where('policy')}: ${rules} would stop instances, and nobody gets the alert before; add a route or channel to the policy, give addresses (-c email=ADDRESS), or subscribers: own (-c subscribers=own) where you have subscribed to the topic of alerts yourself`,
  )
}

const refuseTooMuch = ({ emails, policy }: Pick<Settings, 'emails' | 'policy'>, where: Where): void => {
  const problem = describeExcess(policy, { emails: emails.length })
  if (problem !== undefined) throw new UserError(`${where('email')}: ${problem}`)
}

// SNS has one subscription for a topic and an address.
const refuseTwice = (emails: readonly string[], { channels = {} }: Policy, where: Where): void => {
  for (const [name, channel] of Object.entries(channels)) {
    const both = channel.type === 'email' ? channel.addresses.find(address => emails.includes(address)) : undefined
    if (both !== undefined)
      throw new UserError(
        `${where('email')}: ${both} is in the channel ${name} of the policy, too; keep it in one of them (with -c email it gets every alert, at once)`,
      )
  }
}

const todoOfPolicy = (where: Where): string =>
  where('policy') === 'context policy'
    ? 'give a policy file (-c policy=FILE)'
    : 'name a policy file, from the folder of the settings'

const readPolicyFrom = (file: unknown, where: Where): LoadedPolicy => {
  if (file === undefined) return { policy: DEFAULT_POLICY, warnings: [], beyondPreset: [] }
  if (typeof file !== 'string' || file === '') throw new UserError('context policy: needs a file, -c policy=FILE')
  return loadPolicy(readTextFile(file, `${where('policy')}:`, todoOfPolicy(where)), file)
}

const sweepRegionsFrom = (list: unknown): Settings['sweepRegions'] => {
  if (list === undefined) return 'own'
  if (list === 'all') return 'all'
  const regions = String(list)
    .split(',')
    .map(region => region.trim())
  for (const region of regions) {
    if (!REGION.test(region))
      throw new UserError(
        `context sweepRegions: "${region}" is not a region; give -c sweepRegions=all or REGION[,REGION]`,
      )
  }
  return [...new Set(regions)]
}

const findUnknownRegions = (regions: Settings['sweepRegions'], where: Where): readonly string[] =>
  (typeof regions === 'string' ? [] : regions)
    .filter(region => !REGIONS.includes(region))
    .map(region => {
      const near = findNearest(region, REGIONS)
      return `${where('sweepRegions')}: ${region} is no region that is known to this version of virtguard; ${near === undefined ? 'check its name' : `did you mean ${near}?`}`
    })

// Who enforces must be able to exempt an instance, and to switch every stop off, at once.
const readLiveFrom = (word: unknown, policy: Policy, where: Where): boolean => {
  if (word === undefined) return hasEnforcingRule(policy)
  if (word !== 'on' && word !== 'off')
    throw new UserError(`context live: "${word}" is not valid; give -c live=on or off`)
  if (word === 'off' && hasEnforcingRule(policy))
    throw new UserError(`${where('live')}: a policy that enforces needs the live policy and its switch; leave it out`)
  return word === 'on'
}

const readEmailsFrom = (list: unknown): readonly string[] => {
  if (list === undefined) return []
  const addresses = String(list)
    .split(',')
    .map(address => address.trim())
  for (const address of addresses) {
    if (!ADDRESS.test(address)) {
      throw new UserError(`context email: "${address}" is not an e-mail address; give -c email=ADDRESS[,ADDRESS]`)
    }
  }
  return [...new Set(addresses)]
}
