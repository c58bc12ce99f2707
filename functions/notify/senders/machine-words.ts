import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type { Alert } from '../../../shared/alert/alert.ts'
import { changedEvents, testEvent } from '../../../shared/channels/event-bus/changed.ts'
import { ocsfBody, webhookBody, webhookTest } from '../../../shared/channels/webhook/body.ts'
import type { Words } from './words.ts'

/** What programs read is put the same for one alert and for many, for the first and for what goes on with it. */
const alike = <T>(many: (alerts: readonly Alert[]) => T, test: (at: string) => T): Words<T> => ({
  alert: alert => many([alert]),
  followUp: alert => many([alert]),
  digest: many,
  test,
})

/** The bodies of a webhook, by its format. A test of OCSF is a list without an event. */
export const WEBHOOK: Readonly<Record<'alert' | 'ocsf', Words<object>>> = {
  alert: alike<object>(webhookBody, webhookTest),
  ocsf: alike<object>(ocsfBody, () => []),
}

/** The entries for an event bus. */
export const EVENTS: Words<readonly PutEventsRequestEntry[]> = alike<readonly PutEventsRequestEntry[]>(
  alerts => alerts.flatMap(changedEvents),
  at => [testEvent(at)],
)
