import { lasting } from '../wording/duration.ts'
import type { Alert } from './alert.ts'
import type { Point, Steps } from './alert-story.ts'
import { inUtc, secondsBetween, shortTime } from './clock.ts'
import { point } from './facts.ts'
import { counted, imagesOf, listed, resourceIdsOf } from './story.ts'
import type { Stop } from './told.ts'

// What an alert says of a stop that is to come: when, and how to prevent it.

const idsOf = (stops: readonly Stop[]): readonly string[] => [...new Set(stops.flatMap(({ resources }) => resources))]

/** Exact where it is short, else in minutes: the alert itself takes some of the time. */
const fromNow = (seconds: number): string => lasting(seconds < 120 ? seconds : Math.round(seconds / 60) * 60)

/** The moment of the first stop, ISO 8601; undefined where nothing will be stopped. */
export const firstStopOf = ({ stops = [] }: Alert): string | undefined => stops[0]?.at

/** `Stop at 08:15 UTC`, or `Stops from 08:15 UTC` where they are not all at the same time. */
export const stopLead = (alert: Alert): string | undefined => {
  const { stops = [], event, at = event.time } = alert
  const first = stops[0]
  if (first === undefined) return undefined
  const same = stops.every(stop => shortTime(stop.at, at) === shortTime(first.at, at))
  return `${same ? 'Stop at' : 'Stops from'} ${shortTime(first.at, at)}`
}

const whichOf = (alert: Alert, ids: readonly string[]): string => {
  const all = resourceIdsOf(alert).length
  if (ids.length < all) return `${counted(ids.length)} of the ${counted(all)} instances`
  return all === 1 ? (ids[0] ?? '') : `all ${counted(all)} instances`
}

/** Which will be stopped, where it is not all of them. */
export const stopPoints = (alert: Alert): readonly Point[] => {
  const ids = idsOf(alert.stops ?? [])
  return ids.length === 0 || ids.length === resourceIdsOf(alert).length ? [] : [point('To stop', listed(ids))]
}

/** When what will be stopped, in a sentence. */
export const stopNotice = (alert: Alert): string | undefined => {
  const { stops = [], event, at = event.time } = alert
  const [first, last] = [stops[0], stops.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const until = inUtc(first.at) === inUtc(last.at) ? '' : `, the last at ${inUtc(last.at)}`
  const away = fromNow(secondsBetween(at, first.at))
  return `virtguard stops ${whichOf(alert, idsOf(stops))} at ${inUtc(first.at)}, ${away} after this alert${until}.`
}

/** The key of `match` that covers what will be stopped, and nothing that the alert does not know of. */
const matchOf = (alert: Alert, ids: readonly string[]): string => {
  const [image, other] = imagesOf(alert)
  const account = `accountId: ${JSON.stringify(alert.accountId)}`
  if (ids.length === 1 || image === undefined || other !== undefined)
    return `{ ${account}, instanceId: ${JSON.stringify(ids[0] ?? '')} }`
  return `{ ${account}, imageId: ${JSON.stringify(image)} }`
}

const exemption = (alert: Alert, stops: readonly Stop[]): readonly string[] => {
  const rules = [...new Set(stops.flatMap(stop => stop.rules))]
  const ids = idsOf(stops)
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
export const prevention = (alert: Alert): Steps | undefined => {
  const { stops = [], event, at = event.time } = alert
  const first = stops[0]
  if (first === undefined) return undefined
  return {
    lead: `Each of these prevents the stop, if it is done before ${shortTime(first.at, at)}:`,
    steps: [
      {
        text: 'Fix it, or terminate it. It is looked at again before the stop, and what is in order by then is not touched.',
        copy: [],
      },
      {
        text: 'Accept it for a while. Add this under `exemptions` of the policy that is in force,',
        copy: exemption(alert, stops),
        next: { text: 'and apply it:', copy: ['virtguard policy apply policy.yaml'] },
      },
      {
        text: 'Or stop nothing at all for now, in this stack:',
        copy: ['virtguard stops off --why "WHY"'],
      },
    ],
    after: 'Where the stack is not named Virtguard, add --stack NAME. docs/policy.md has more on all three.',
  }
}
