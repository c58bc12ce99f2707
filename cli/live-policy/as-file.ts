import { stringify } from 'yaml'
import type { Policy } from '../../shared/policy/policy.ts'

const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
]

/** `15m`, `1h30m`, `0s`: as policy files have it. */
const formatSeconds = (seconds: number): string => {
  let rest = seconds
  const parts = UNITS.flatMap(([size, unit]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? [] : [`${count}${unit}`]
  })
  return parts.join('') || '0s'
}

/** The policy as a file that `policy apply` takes: YAML, with every default written out. */
export const renderPolicyFile = ({
  version,
  rules,
  exemptions,
  stop,
  accountNames,
  organization,
  overrides,
  channels,
  routes,
}: Policy): string =>
  stringify(
    {
      version,
      rules: Object.fromEntries(
        Object.entries(rules).map(([id, { mode, severity, options }]) => [id, { mode, severity, ...options }]),
      ),
      ...(exemptions.some(({ match }) => match.tags !== undefined) && { allowTagExemptions: true }),
      exemptions,
      stop: {
        grace: formatSeconds(stop.graceSeconds),
        ownerTags: stop.ownerTags ?? 'trust',
        budget: Object.fromEntries([
          ['stops', stop.budget.stops],
          ['per', formatSeconds(stop.budget.perSeconds)],
          ['then', stop.budget.whenSpent ?? 'leave'],
        ]),
        ...(stop.organization !== undefined && {
          organization: { stops: stop.organization.stops, per: formatSeconds(stop.organization.perSeconds) },
        }),
        existing: stop.existing === true,
        resume: stop.resume ?? 'leave',
      },
      ...(accountNames !== undefined && { accountNames }),
      ...(organization !== undefined && { organization }),
      ...(overrides !== undefined && { overrides }),
      ...(channels !== undefined && { channels }),
      ...(routes !== undefined && { routes }),
    },
    // A number in quotes stays one, also for readers of YAML 1.1: an account, a bare off.
    { version: '1.1', lineWidth: 0, directives: false },
  )
