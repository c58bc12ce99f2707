import { matchesPattern } from '../text/wildcard.ts'
import { isZone } from '../text/zone.ts'
import { MACHINES } from './channel-words.ts'
import type { Policy, Route, RouteMatch } from './policy.ts'
import type { Path } from './problem.ts'
import { listVariants } from './variants.ts'

/** The error, and what to do; or, with `word`, the text in place of one of `valid`. */
export type RouteProblem = {
  readonly path: Path
  readonly text: string
  readonly choice?: { readonly word: string; readonly valid: readonly string[] }
}

type Known = { readonly id: string; readonly severity: string; readonly mode: string }
type At = { readonly path: Path; readonly policy: Policy }

const findPatternProblems = ({ rule = [] }: RouteMatch, { path, policy }: At): readonly RouteProblem[] => {
  const ids = Object.keys(policy.rules)
  return rule.flatMap((pattern, index) =>
    ids.some(id => matchesPattern(pattern, id))
      ? []
      : [{ path: [...path, 'rule', index], text: 'is no rule', choice: { word: pattern, valid: ids } }],
  )
}

const joinInOrder = (words: readonly string[]): string => [...new Set(words)].join(', ')

/** Why a route can match nothing, as far as one key of it says so; else that its keys do not go together. */
const findEmptiness = ({ rule, severity, mode }: RouteMatch, { path, policy }: At): readonly RouteProblem[] => {
  const on = listVariants(policy)
    .map(([id, { severity, mode }]): Known => ({ id, severity, mode }))
    .filter(known => known.mode !== 'off')
  const hasRule = ({ id }: Known): boolean => rule?.some(pattern => matchesPattern(pattern, id)) ?? true
  const hasSeverity = (known: Known): boolean => severity?.some(one => one === known.severity) ?? true
  const hasMode = (known: Known): boolean => mode === undefined || known.mode === mode
  // Another message reports that every rule is off: then nothing is watched.
  if (on.length === 0 || on.some(known => hasRule(known) && hasSeverity(known) && hasMode(known))) return []
  const createProblem = (key: string, text: string): readonly RouteProblem[] => [{ path: [...path, key], text }]
  if (!on.some(hasRule))
    return createProblem('rule', 'matches only rules that are off; turn one on, or remove the route')
  if (!on.some(hasSeverity))
    return createProblem(
      'severity',
      `is that of no rule that is on; they have ${joinInOrder(on.map(known => known.severity))}`,
    )
  if (!on.some(hasMode)) return createProblem('mode', 'is the mode of no rule; set one to it, or leave the mode out')
  return [{ path, text: 'matches nothing: no rule that is on has all of this; leave something out' }]
}

const matchProblems = (match: RouteMatch, at: At): readonly RouteProblem[] => {
  const unknown = findPatternProblems(match, at)
  return unknown.length > 0 ? unknown : findEmptiness(match, at)
}

const findTargetProblems = ({ to, quiet, daily }: Route, { path, policy }: At): readonly RouteProblem[] => {
  const { channels = {} } = policy
  const valid = Object.keys(channels)
  return to.flatMap((name, index): readonly RouteProblem[] => {
    const at = [...path, index]
    const channel = Object.hasOwn(channels, name) ? channels[name] : undefined
    if (valid.length === 0)
      return [{ path: at, text: 'is no channel, because there are none; write some under channels' }]
    if (channel === undefined) return [{ path: at, text: 'is no channel', choice: { word: name, valid } }]
    if (to.indexOf(name) < index) return [{ path: at, text: 'is named twice; keep one' }]
    if (MACHINES.includes(channel.type) && (quiet ?? daily) !== undefined)
      return [
        { path: at, text: 'is read by programs, and nothing waits for it; give it a route without quiet and daily' },
      ]
    return []
  })
}

const findZoneProblems = (zone: string | undefined, path: Path): readonly RouteProblem[] =>
  zone === undefined || isZone(zone)
    ? []
    : [{ path, text: 'is no time zone that is known; write one like Europe/Berlin, or UTC' }]

const timeProblems = ({ quiet, daily }: Route, path: Path): readonly RouteProblem[] => [
  ...(quiet !== undefined && daily !== undefined
    ? [{ path: [...path, 'daily'], text: 'cannot go together with quiet; leave one of them out' }]
    : []),
  ...(quiet !== undefined && quiet.from === quiet.to
    ? [{ path: [...path, 'quiet', 'to'], text: 'is when they begin; write another time, or use daily' }]
    : []),
  ...findZoneProblems(quiet?.zone, [...path, 'quiet', 'zone']),
  ...findZoneProblems(daily?.zone, [...path, 'daily', 'zone']),
]

const findUnused = ({ channels = {}, routes = [] }: Policy): readonly RouteProblem[] =>
  Object.keys(channels)
    .filter(name => routes.length > 0 && !routes.some(({ to }) => to.includes(name)))
    .map(name => ({ path: ['channels', name], text: 'is in no route; name it in one, or remove it' }))

// SNS has one subscription for a topic and an address, so one filter.
const findSharedAddresses = ({ channels = {} }: Policy): readonly RouteProblem[] => {
  const owners = new Map<string, string>()
  return Object.entries(channels).flatMap(([name, channel]) =>
    (channel.type === 'email' ? channel.addresses : []).flatMap((address, index) => {
      const owner = owners.get(address) ?? name
      owners.set(address, owner)
      if (owner === name) return []
      const text = `is in the channel ${owner}, too; keep it in one of them`
      return [{ path: ['channels', name, 'addresses', index], text }]
    }),
  )
}

/** Errors of channels and routes that are each well-formed: with one another, with the rules, with the calendar. */
export const routeProblems = (policy: Policy): readonly RouteProblem[] => [
  ...findUnused(policy),
  ...findSharedAddresses(policy),
  ...(policy.routes ?? []).flatMap((route, index) => {
    const path = ['routes', index]
    return [
      ...matchProblems(route.match, { path: [...path, 'match'], policy }),
      ...findTargetProblems(route, { path: [...path, 'to'], policy }),
      ...timeProblems(route, path),
    ]
  }),
]
