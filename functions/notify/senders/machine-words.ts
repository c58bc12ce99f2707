import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type { Alert } from '../../../shared/alert/alert.ts'
import { changedEvents, testEvent } from '../../../shared/channels/event-bus/changed.ts'
import { ocsfBody, webhookBody, webhookTest } from '../../../shared/channels/webhook/body.ts'
import { inGroups } from './in-groups.ts'
import type { Words } from './words.ts'

/** What programs read is put the same for one alert and for many, for the first and for what goes on with it. */
const alike = <T>(many: (alerts: readonly Alert[]) => T, test: (at: string) => T): Words<T> => ({
  alert: alert => many([alert]),
  followUp: alert => many([alert]),
  digest: many,
  test,
})

/** What many servers take, and not more (API Gateway and Lambda take 6 MB and more, nginx 1 MB where nobody changed it). */
const OCSF_BODY = { most: 1000, bytes: 900_000 }

/** The bodies of a webhook, by its format, in their order. A test of OCSF is a list without an event. */
export const WEBHOOK: Readonly<Record<'alert' | 'ocsf', Words<readonly object[]>>> = {
  alert: alike<readonly object[]>(
    alerts => [webhookBody(alerts)],
    at => [webhookTest(at)],
  ),
  ocsf: alike<readonly object[]>(
    alerts => inGroups(ocsfBody(alerts), OCSF_BODY),
    () => [[]],
  ),
}

/** The entries for an event bus. */
export const EVENTS: Words<readonly PutEventsRequestEntry[]> = alike<readonly PutEventsRequestEntry[]>(
  alerts => alerts.flatMap(changedEvents),
  at => [testEvent(at)],
)
