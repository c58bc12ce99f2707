import { SEVERITIES, type Severity } from '../rules/rule.ts'
import type { Alert } from './alert.ts'
import type { CombinedContent, Group } from './alert-content.ts'
import { buildConsoleLink, placeLink } from './console-link.ts'
import { describeNamedResources, formatInstances } from './content.ts'
import { describeLocation } from './facts.ts'
import { buildAlertContent } from './render-alert.ts'
import { findFirstStop } from './stop-notice.ts'

type Open = { readonly group: Omit<Group, 'items' | 'console'>; readonly alerts: Alert[] }

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity)

const formatMinute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

/** `2026-11-24 08:15 UTC: `, or with `from` before it if an alert announces stops at several times. */
const describeStopTime = ({ stops = [] }: Alert): string => {
  const times = [...new Set(stops.map(({ at }) => formatMinute(at)))]
  return times[0] === undefined ? '' : `${times.length > 1 ? 'from ' : ''}${times[0]}: `
}

// A digest has little room, and a name must not take that of other launches.
const NAME = 24

/** Names the launch if the resources do not. */
const describeItem = (alert: Alert): string => {
  const { launchId } = alert
  const launch = launchId.startsWith('r-') ? `, launch ${launchId}` : ''
  return `${describeStopTime(alert)}${describeNamedResources(alert, NAME)}${launch}`
}

const announcesStops = ({ stops = [] }: Alert): boolean => stops.length > 0

const compareByStop = (a: Alert, b: Alert): number =>
  (findFirstStop(a) ?? '').localeCompare(findFirstStop(b) ?? '', 'en')

const groupOf = ({ group, alerts }: Open): Group => {
  const [first, second] = alerts
  const console = first === undefined ? '' : second === undefined ? buildConsoleLink(first) : placeLink(first)
  return { ...group, items: alerts.toSorted(compareByStop).map(describeItem), console }
}

/** The title without the time of the stop, so that stops at different times are in one group. */
const buildGroupTitle = (alert: Alert): string => {
  const { stops: _, ...rest } = alert
  const { title } = buildAlertContent(rest)
  return announcesStops(alert) ? `${title}, to be stopped` : title
}

const compareGroups = ({ group: a }: Open, { group: b }: Open): number =>
  Number(b.announcesStops) - Number(a.announcesStops) || rank(b.severity) - rank(a.severity)

const groupAlerts = (alerts: readonly Alert[]): readonly Group[] => {
  const groups = new Map<string, Open>()
  for (const alert of alerts) {
    const { severity } = buildAlertContent(alert)
    const title = buildGroupTitle(alert)
    const where = describeLocation(alert)
    const key = JSON.stringify([severity, title, where])
    const group = { severity, title, where, announcesStops: announcesStops(alert) }
    const open = groups.get(key) ?? { group, alerts: [] }
    open.alerts.push(alert)
    groups.set(key, open)
  }
  return [...groups.values()].toSorted(compareGroups).map(groupOf)
}

/** `3 HIGH, 9 MEDIUM`, the highest first. */
const countKinds = (alerts: readonly Alert[]): string =>
  SEVERITIES.toReversed()
    .map(severity => [alerts.filter(alert => alert.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${formatInstances(count)} ${severity}`)
    .join(', ')

const findTimeSpan = (alerts: readonly Alert[]): readonly [string, string] => {
  const times = alerts.map(({ event }) => event.time).toSorted()
  return [times[0] ?? '', times.at(-1) ?? '']
}

/**
 * The content of many alerts, for one message: findings that are the same in one account and region are listed once,
 * and each launch is named. Those that announce stops come first, with the time of each.
 */
export const buildManyContent = (alerts: readonly Alert[]): CombinedContent => {
  const [from, to] = findTimeSpan(alerts)
  const [severity = 'INFORMATIONAL'] = alerts.map(alert => alert.severity).toSorted((a, b) => rank(b) - rank(a))
  const between =
    formatMinute(from) === formatMinute(to)
      ? `of ${formatMinute(from)}`
      : `from ${formatMinute(from)} to ${formatMinute(to)}`
  return {
    severity,
    title: `${alerts.length === 1 ? '1 alert' : `${formatInstances(alerts.length)} alerts`}: ${countKinds(alerts)}`,
    lead: `Events ${between}, in one message. \`virtguard findings\` lists each with what to do.`,
    groups: groupAlerts(alerts),
  }
}

/** `9 in account 123456789012, region us-east-1`. */
export const countItems = ({ where, items }: Pick<Group, 'where' | 'items'>): string =>
  `${formatInstances(items.length)} in ${where}`

/** As many items as fit into so many characters, and how many are left. */
export const selectFittingItems = (
  items: readonly string[],
  characters: number,
): readonly [readonly string[], number] => {
  let left = characters
  const shown: string[] = []
  for (const item of items) {
    left -= item.length + 2
    if (left < 0 && shown.length > 0) break
    shown.push(item)
  }
  return [shown, items.length - shown.length]
}

type Room = {
  /** The characters for all items. */
  readonly characters: number
  /** Of these, those that announce stops may have so many, before any other. */
  readonly forStops: number
  readonly render: (item: string) => string
}

type Shown = { readonly group: Group; readonly shown: readonly string[]; readonly left: number }

const measure = (items: readonly string[]): number => items.reduce((sum, { length }) => sum + length + 2, 0)

/** The items of each group for which there is room. Announced stops are named first; the other groups share the rest. */
export const selectGroupItems = (
  groups: readonly Group[],
  { characters, forStops, render }: Room,
): readonly Shown[] => {
  let [stopsLeft, left] = [forStops, characters]
  return groups.map((group, index) => {
    const items = group.items.map(render)
    const room = group.announcesStops ? stopsLeft : Math.max(0, Math.floor(left / (groups.length - index)))
    const [shown, unnamed] = selectFittingItems(items, room)
    const used = measure(shown)
    if (group.announcesStops) stopsLeft -= used
    left -= Math.max(used, group.announcesStops ? 0 : room)
    return { group, shown, left: unnamed }
  })
}

/** What a message says of the groups that it does not show, the last ones. Undefined if it shows all. */
export const describeUnshown = (groups: readonly Group[], shown: number): string | undefined => {
  const unshown = groups.slice(shown)
  const count = unshown.reduce((sum, { items }) => sum + items.length, 0)
  if (count === 0) return undefined
  const stops = unshown.filter(group => group.announcesStops).reduce((sum, { items }) => sum + items.length, 0)
  if (stops > 0) return `And ${formatInstances(count)} more; ${formatInstances(stops)} of them announce stops.`
  const how = groups.some(group => group.announcesStops) ? 'which announce no stop' : 'not of a higher severity'
  return `And ${formatInstances(count)} more, ${how}.`
}
