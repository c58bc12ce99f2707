import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import type { Alert } from '../../../shared/alert/alert.ts'
import { buildChangedEvents, testEvent } from '../../../shared/channels/event-bus/changed.ts'
import { buildOcsfBody, buildWebhookBody, buildWebhookTest } from '../../../shared/channels/webhook/body.ts'
import { chunkBySize } from './in-groups.ts'
import type { Renderer } from './renderer.ts'

/** Programs get the same form for one alert and for many, for the first and for follow-ups. */
const renderAlike = <T>(many: (alerts: readonly Alert[]) => T, test: (at: string) => T): Renderer<T> => ({
  alert: alert => many([alert]),
  followUp: alert => many([alert]),
  digest: many,
  test,
})

/** The size that many servers accept (API Gateway and Lambda accept 6 MB and more, nginx 1 MB by default). */
const OCSF_BODY = { most: 1000, bytes: 900_000 }

/** The bodies of a webhook, by its format, in their order. A test of OCSF is a list without an event. */
export const WEBHOOK: Readonly<Record<'alert' | 'ocsf', Renderer<readonly object[]>>> = {
  alert: renderAlike<readonly object[]>(
    alerts => [buildWebhookBody(alerts)],
    at => [buildWebhookTest(at)],
  ),
  ocsf: renderAlike<readonly object[]>(
    alerts => chunkBySize(buildOcsfBody(alerts), OCSF_BODY),
    () => [[]],
  ),
}

/** The entries for an event bus. */
export const EVENTS: Renderer<readonly PutEventsRequestEntry[]> = renderAlike<readonly PutEventsRequestEntry[]>(
  alerts => alerts.flatMap(buildChangedEvents),
  at => [testEvent(at)],
)
