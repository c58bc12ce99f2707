import { SEVERITIES, type Severity } from '../rules/rule.ts'
import type { Alert } from './alert.ts'
import type { CombinedContent, Group } from './alert-content.ts'
import { buildConsoleLink, placeLink } from './console-link.ts'
import { describeAlertResources, formatInstances } from './content.ts'
import { buildAlertContent } from './tell.ts'

type Open = { readonly group: Omit<Group, 'items' | 'console'>; readonly alerts: Alert[] }

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity)

/** Names the launch if the resources do not. */
const describeItem = (alert: Alert): string => {
  const { launchId } = alert
  return launchId.startsWith('r-')
    ? `${describeAlertResources(alert)}, launch ${launchId}`
    : describeAlertResources(alert)
}

const groupOf = ({ group, alerts }: Open): Group => {
  const [first, second] = alerts
  const console = first === undefined ? '' : second === undefined ? buildConsoleLink(first) : placeLink(first)
  return { ...group, items: alerts.map(describeItem), console }
}

const groupAlerts = (alerts: readonly Alert[]): readonly Group[] => {
  const groups = new Map<string, Open>()
  for (const alert of alerts) {
    const { severity, title } = buildAlertContent(alert)
    const where = `account ${alert.accountId}, region ${alert.region}`
    const key = JSON.stringify([severity, title, where])
    const group = groups.get(key) ?? { group: { severity, title, where }, alerts: [] }
    group.alerts.push(alert)
    groups.set(key, group)
  }
  return [...groups.values()].toSorted((a, b) => rank(b.group.severity) - rank(a.group.severity)).map(groupOf)
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

const formatMinute = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

/**
 * The content of many alerts, for one message: findings that are the same in one account and region are listed once,
 * and each launch is named.
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
