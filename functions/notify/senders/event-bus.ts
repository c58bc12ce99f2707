import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge'
import type { Sender, Sent } from '../../../shared/channels/sending.ts'
import { interpretAwsError } from './aws-error.ts'
import { chunkBySize } from './in-groups.ts'
import { type Renderer, renderJob } from './renderer.ts'
import { quoteBody } from './webhook-answer.ts'

export type EventBus = {
  readonly client: EventBridgeClient
  readonly bus: string
  readonly renderer: Renderer<readonly PutEventsRequestEntry[]>
}

/** At most 10 entries and 256 kB a call (EventBridge API reference, PutEvents). */
const MOST = { most: 10, bytes: 240_000 }
/** Single entries that were refused are tried again at once, so that the others are not sent twice. */
const ATTEMPTS = 3

type Failed = { readonly entry: PutEventsRequestEntry; readonly result: PutEventsResultEntry }

const put = async ({ client }: EventBus, entries: readonly PutEventsRequestEntry[]): Promise<readonly Failed[]> => {
  const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }))
  return entries.flatMap((entry, index) => {
    const result = Entries[index]
    return result?.ErrorCode === undefined ? [] : [{ entry, result }]
  })
}

// The same names as errors of the whole call.
const PASSING = /internal|throttl|limit|timeout|unavailable/i

const describeFailures = (failed: readonly Failed[]): Sent => {
  const [first] = failed
  const why = `the event bus did not take ${failed.length}: ${quoteBody(`${first?.result.ErrorCode}: ${first?.result.ErrorMessage}`)}`
  if (failed.some(({ result }) => PASSING.test(result.ErrorCode ?? ''))) throw new Error(why)
  return { kind: 'refused', why }
}

const putAll = async (eventBus: EventBus, entries: readonly PutEventsRequestEntry[]): Promise<readonly Failed[]> => {
  const left: Failed[] = []
  for (const group of chunkBySize(entries, MOST)) {
    let failed = await put(eventBus, group)
    for (let attempt = 2; failed.length > 0 && attempt <= ATTEMPTS; attempt += 1)
      failed = await put(
        eventBus,
        failed.map(({ entry }) => entry),
      )
    left.push(...failed)
  }
  return left
}

/** Puts an event on a bus for each finding that changed. */
export const createEventBusSender =
  (eventBus: EventBus): Sender =>
  async job => {
    const entries = renderJob(eventBus.renderer, job).map(entry => ({ ...entry, EventBusName: eventBus.bus }))
    try {
      const failed = await putAll(eventBus, entries)
      if (failed.length > 0) return describeFailures(failed)
    } catch (error) {
      return interpretAwsError(error)
    }
    return { kind: 'sent', says: `${eventBus.bus} accepted ${entries.length} events` }
  }
