import { formatDuration } from '../wording/duration.ts'
import type { Alert } from './alert.ts'
import type { Field, Steps } from './alert-content.ts'
import type { Stop } from './alerted-resources.ts'
import { countSecondsBetween, formatShortTime, formatUtc } from './clock.ts'
import { formatIds, formatInstances, listImages, listResourceIds } from './content.ts'
import { createField } from './facts.ts'

// The announcement of a stop in an alert: when it is due, and how to prevent it.

const listIds = (stops: readonly Stop[]): readonly string[] => [...new Set(stops.flatMap(({ resources }) => resources))]

/** Exact if it is short, else in minutes, because the alert itself takes some of the time. */
const formatDelay = (seconds: number): string => formatDuration(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)

/** The time of the first stop, ISO 8601. Undefined if nothing will be stopped. */
export const findFirstStop = ({ stops = [] }: Alert): string | undefined => stops[0]?.at

/** `Stop at 08:15 UTC`, or `Stops from 08:15 UTC` if they are not all at the same time. */
export const stopLead = (alert: Alert): string | undefined => {
  const { stops = [], event, at = event.time } = alert
  const first = stops[0]
  if (first === undefined) return undefined
  const same = stops.every(stop => formatShortTime(stop.at, at) === formatShortTime(first.at, at))
  return `${same ? 'Stop at' : 'Stops from'} ${formatShortTime(first.at, at)}`
}

const describeWhich = (alert: Alert, ids: readonly string[]): string => {
  const all = listResourceIds(alert).length
  if (ids.length < all) return `${formatInstances(ids.length)} of the ${formatInstances(all)} instances`
  return all === 1 ? (ids[0] ?? '') : `all ${formatInstances(all)} instances`
}

/** The instances that will be stopped, if they are not all of them. */
export const stopPoints = (alert: Alert): readonly Field[] => {
  const ids = listIds(alert.stops ?? [])
  return ids.length === 0 || ids.length === listResourceIds(alert).length
    ? []
    : [createField('To stop', formatIds(ids))]
}

/** The times of the stops, in a sentence. */
export const stopNotice = (alert: Alert): string | undefined => {
  const { stops = [], event, at = event.time } = alert
  const [first, last] = [stops[0], stops.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const until = formatUtc(first.at) === formatUtc(last.at) ? '' : `, the last at ${formatUtc(last.at)}`
  const away = formatDelay(countSecondsBetween(at, first.at))
  return `virtguard will stop ${describeWhich(alert, listIds(stops))} at ${formatUtc(first.at)}, ${away} after this alert${until}.`
}

/** The keys of `match` that cover the instances to be stopped, and nothing that the alert does not know. */
const matchOf = (alert: Alert, ids: readonly string[]): string => {
  const [image, other] = listImages(alert)
  const account = `accountId: ${JSON.stringify(alert.accountId)}`
  if (ids.length === 1 || image === undefined || other !== undefined)
    return `{ ${account}, instanceId: ${JSON.stringify(ids[0] ?? '')} }`
  return `{ ${account}, imageId: ${JSON.stringify(image)} }`
}

const suggestExemption = (alert: Alert, stops: readonly Stop[]): readonly string[] => {
  const rules = [...new Set(stops.flatMap(stop => stop.rules))]
  const ids = listIds(stops)
  const match = matchOf(alert, ids)
  return [
    ...(ids.length > 1 && match.includes('instanceId') ? ['# one such entry for each instance'] : []),
    `- rule: ${JSON.stringify(rules.length === 1 ? rules[0] : '*')}`,
    `  match: ${match}`,
    '  reason: WHY',
    '  owner: WHO',
    '  expires: YYYY-MM-DD',
  ]
}

/** Everything that prevents the stop, ready to copy. */
export const describePrevention = (alert: Alert): Steps | undefined => {
  const { stops = [], event, at = event.time } = alert
  const first = stops[0]
  if (first === undefined) return undefined
  return {
    lead: `Each of these prevents the stop if you do it before ${formatShortTime(first.at, at)}:`,
    steps: [
      {
        text: 'Fix it or terminate it. virtguard checks it again before the stop. An instance that complies by then is left running.',
        copy: [],
      },
      {
        text: 'Exempt it for a while. Add this under `exemptions` of the policy in force,',
        copy: suggestExemption(alert, stops),
        next: { text: 'and apply it:', copy: ['virtguard policy apply policy.yaml'] },
      },
      {
        text: 'Or switch off all stops of this stack for now:',
        copy: ['virtguard stops off --why "WHY"'],
      },
    ],
    after: 'If your stack is not named Virtguard, add --stack NAME. docs/policy.md has more on all three.',
  }
}
