import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createEventBusSender } from '../../../../functions/notify/senders/event-bus.ts'
import { EVENTS } from '../../../../functions/notify/senders/machine-renderer.ts'
import { AT, alertJob, named, ofMany, REGION, thrown } from './jobs.ts'

describe('an event bus', () => {
  const client = new EventBridgeClient(REGION)
  const mock = mockClient(client)
  const sender = createEventBusSender({ client, bus: 'default', renderer: EVENTS })
  const calls = (): readonly PutEventsRequestEntry[][] =>
    mock.commandCalls(PutEventsCommand).map(call => call.args[0].input.Entries ?? [])
  const taking = ({ Entries }: { Entries: unknown[] }) => ({
    FailedEntryCount: 0,
    Entries: Entries.map((_, index) => ({ EventId: String(index) })),
  })
  beforeEach(() => {
    mock.reset()
    mock.onAnyCommand().rejects(new Error('unexpected call'))
    mock.on(PutEventsCommand).callsFake(taking)
  })

  test('is sent an event for each finding, ten at once', async () => {
    expect(await sender(ofMany(25))).toEqual({ kind: 'sent', says: 'default accepted 25 events' })
    expect(calls().map(({ length }) => length)).toEqual([10, 10, 5])
    expect(calls()[0]?.[0]).toMatchObject({
      Source: 'virtguard',
      DetailType: 'Finding Changed',
      EventBusName: 'default',
    })
  })

  test('is sent again the events that it did not take, and not the others', async () => {
    let count = 0
    mock.on(PutEventsCommand).callsFake(({ Entries }) => {
      count += 1
      return count > 1
        ? taking({ Entries })
        : {
            FailedEntryCount: 2,
            Entries: Entries.map((_: unknown, index: number) =>
              index < 2 ? { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' } : { EventId: 'e' },
            ),
          }
    })
    expect(await sender(ofMany(10))).toMatchObject({ kind: 'sent' })
    expect(calls().map(({ length }) => length)).toEqual([10, 2])
    expect(calls()[1]).toEqual(calls()[0]?.slice(0, 2))
  })

  test.each([
    ['InternalFailure', 'thrown'],
    ['NotAuthorizedForSourceException', 'refused'],
    ['MalformedDetail', 'refused'],
  ])('answers that it never takes one for %s: %s', async (ErrorCode, expected) => {
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'no' }] })
    const result = await thrown(sender)
    const why = `the event bus did not take 1: ${ErrorCode}: no`
    if (expected === 'thrown') expect(String(result)).toBe(`Error: ${why}`)
    else expect(result).toEqual({ kind: 'refused', why })
    expect(calls()).toHaveLength(3)
  })

  test('is asked again for both if it refuses one for now, and another for good', async () => {
    const Entries = ['MalformedDetail', 'InternalFailure'].map(ErrorCode => ({ ErrorCode, ErrorMessage: 'no' }))
    mock.on(PutEventsCommand).resolves({ FailedEntryCount: 2, Entries })
    expect(await thrown(sender, ofMany(2))).toBeInstanceOf(Error)
  })

  test.each([
    ['ThrottlingException', 'later'],
    ['AccessDeniedException', 'refused'],
    ['ResourceNotFoundException', 'refused'],
  ])('answers %s, which means %s', async (name, kind) => {
    mock.on(PutEventsCommand).rejects(named(name))
    expect(await sender(alertJob())).toMatchObject({ kind })
  })

  test('is tested with an event of another type', async () => {
    await sender({ kind: 'test', at: AT })
    expect(calls()[0]).toMatchObject([{ Source: 'virtguard', DetailType: 'Test' }])
  })
})
