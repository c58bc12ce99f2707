import { RULES } from '../rules/registry.ts'
import { MATCH_KEYS } from './match-keys.ts'
import type { Exemption, Match, Policy } from './policy.ts'
import type { Path } from './problem.ts'

/** An exemption that others can claim who were not meant: where, and how; what to do. */
export type Claim = { readonly path: Path; readonly text: string }

const isExact = (pattern: string | undefined): boolean => pattern !== undefined && !/[*?]/.test(pattern)

const IMAGE_RULES = RULES.filter(({ events }) => events.includes('image')).map(({ id }) => id)

const isNamed = (match: Match): boolean =>
  Object.entries(MATCH_KEYS).some(([key, { claimedBy }]) => claimedBy === 'names' && Object.hasOwn(match, key))

const groupClaim = ({ autoScalingGroup, accountId, region }: Match): string | undefined => {
  if (autoScalingGroup === undefined) return undefined
  if (!isExact(autoScalingGroup))
    return 'can be claimed by anybody who may create an Auto Scaling group: any name of that form is exempt; write the exact name, with accountId and region'
  if (isExact(accountId) && isExact(region)) return undefined
  return 'can be claimed by anybody who may create an Auto Scaling group of this name in another account or region; add accountId and region without wildcards'
}

// The owner of an account decides on its launches. AWS writes the id of an image.
const isAnyImage = ({ rule, match }: Exemption): boolean =>
  match.imageId !== undefined &&
  !isNamed(match) &&
  !isExact(match.accountId) &&
  !(isExact(match.imageId) && IMAGE_RULES.includes(rule))

const IMAGE =
  'can be claimed by anybody who launches from that image, and images are shared; add accountId, or match by instanceId'

const CHOICES = ['instanceType', 'region'] as const

/** Everything that it matches except the account is chosen for the launch. */
const findChosen = ({ match }: Exemption): (typeof CHOICES)[number] | undefined =>
  match.imageId !== undefined || isNamed(match) || isExact(match.accountId)
    ? undefined
    : CHOICES.find(key => match[key] !== undefined)

const CHOSEN =
  'can be claimed by anybody who launches: the launcher chooses type and region; add accountId without wildcards, or match by instanceId'

const TAGS =
  'can be claimed by anybody who may tag an instance, or launch one with tags; match by instanceId, or let a service control policy say who may set them'

const claimOf = (exemption: Exemption, path: Path): readonly Claim[] => {
  const { match } = exemption
  // An id is given once, and by EC2. An address exempts nothing that is launched.
  if (isExact(match.instanceId) || match.address !== undefined) return []
  const group = groupClaim(match)
  const chosen = findChosen(exemption)
  return [
    ...(match.tags === undefined ? [] : [{ path: [...path, 'tags'], text: TAGS }]),
    ...(group === undefined ? [] : [{ path: [...path, 'autoScalingGroup'], text: group }]),
    ...(isAnyImage(exemption) ? [{ path: [...path, 'imageId'], text: IMAGE }] : []),
    ...(chosen === undefined ? [] : [{ path: [...path, chosen], text: CHOSEN }]),
  ]
}

/** The exemptions of a policy that can be claimed by who names, tags or launches something. */
export const findClaimable = ({ exemptions }: Policy): readonly Claim[] =>
  exemptions.flatMap((exemption, index) => claimOf(exemption, ['exemptions', index, 'match']))
