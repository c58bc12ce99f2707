import { describe, expect, test } from '@jest/globals'
import { gatherMessages, type ReadableAlert } from '../../../functions/notify/gather-messages.ts'
import type { NotifyPorts } from '../../../functions/notify/ports.ts'
import type { OutgoingMessage } from '../../../functions/notify/send-message.ts'
import type { Channel } from '../../../shared/policy/policy.ts'
import { aClaimedAlert, noting } from './claimed-alerts.ts'
import { answering, idsOf, OK } from './sending.ts'
import { finding, instanceId, outcome, START, seconds, world } from './world.ts'

const channelOf = (type: Channel['type'] = 'slack') => {
  const channel = world({ sender: answering(OK).sender, type })
  return { ...noting(channel, { threadOf: async () => '9.9' }), channel }
}

const parcels = async (claims: readonly ReadableAlert[], ports: NotifyPorts): Promise<readonly OutgoingMessage[]> => {
  const made: OutgoingMessage[] = []
  for await (const outgoing of gatherMessages(claims, ports)) made.push(outgoing)
  return made
}
const turnsOf = (count: number): readonly ReadableAlert[] =>
  Array.from({ length: count }, (_, nth) => aClaimedAlert(finding(nth, seconds(count - nth)), {}, nth))

describe('the messages of a batch', () => {
  test('are one for each alert up to five, the oldest first', async () => {
    const made = await parcels(turnsOf(5), channelOf().ports)
    expect(idsOf(made.map(({ job }) => job))).toEqual([4, 3, 2, 1, 0].map(nth => finding(nth).id))
    expect(made.map(({ job }) => job.kind)).toEqual(Array(5).fill('alert'))
  })

  test('are one for all of a burst, the oldest first', async () => {
    const [made, more] = await parcels(turnsOf(6), channelOf().ports)
    expect(more).toBeUndefined()
    expect(made?.job.kind).toBe('digest')
    expect(made === undefined ? [] : idsOf([made.job])).toEqual([5, 4, 3, 2, 1, 0].map(nth => finding(nth).id))
    expect(made?.claims).toHaveLength(6)
  })

  test('keep follow-ups apart, and alerts that were refused in one message with others', async () => {
    const others = [aClaimedAlert(outcome(7, START)), aClaimedAlert(finding(8, START), { alone: 1 })]
    const made = await parcels([...others, ...turnsOf(5)], channelOf().ports)
    expect(made.map(({ job }) => job.kind)).toEqual(['digest', 'alert', 'alert'])
    expect(made.map(({ claims }) => claims.length)).toEqual([5, 1, 1])
  })

  test('are no digest if only one of a burst is no follow-up', async () => {
    const others = Array.from({ length: 5 }, (_, nth) => aClaimedAlert(outcome(nth, START)))
    const made = await parcels([...others, aClaimedAlert(finding(9))], channelOf().ports)
    expect(made.map(({ job }) => job.kind)).toEqual(Array(6).fill('alert'))
  })

  test('keep the order of arrival if they are of one moment, and an alert of an earlier version without a time is first', async () => {
    const same = [3, 1, 2].map(nth => aClaimedAlert(finding(nth)))
    const { at: _at, ...timeless } = finding(4)
    const ids = [4, 3, 1, 2].map(nth => finding(nth).id)
    for (const claims of [
      [...same, aClaimedAlert(timeless)],
      [aClaimedAlert(timeless), ...same],
    ])
      expect(idsOf((await parcels(claims, channelOf().ports)).map(({ job }) => job))).toEqual(ids)
  })

  test('are one for a burst by email, too', async () => {
    const made = await parcels(turnsOf(6), channelOf('email').ports)
    expect(made.map(({ job }) => job.kind)).toEqual(['digest'])
  })

  test('are one for each alert to a program', async () => {
    const made = await parcels(turnsOf(6), channelOf('webhook').ports)
    expect(made.map(({ job }) => job.kind)).toEqual(Array(6).fill('alert'))
  })
})

describe('a follow-up', () => {
  test('is a reply if the channel has threads', async () => {
    const [reply] = await parcels([aClaimedAlert(outcome(1, START))], channelOf().ports)
    expect(reply?.job).toMatchObject({ kind: 'alert', thread: '9.9' })
  })

  test.each(['teams', 'webhook', 'email'] as const)('stands alone if the channel has none: %s', async type => {
    const [alone] = await parcels([aClaimedAlert(outcome(1, START))], channelOf(type).ports)
    expect(alone?.job).not.toHaveProperty('thread')
  })

  test('stays in the thread that it is a reply to, and delays nothing when it is sent', async () => {
    const { ports, noted, channel } = channelOf()
    const claimed = aClaimedAlert(outcome(1, START))
    const [reply] = await parcels([claimed], ports)
    await reply?.arrived('2.2')
    expect(noted).toEqual([
      ['rememberThread', { resourceId: instanceId(1), ref: '9.9', now: START }],
      ['finish', claimed.row, { state: 'sent', at: START, ref: '2.2' }],
      ['deleteOpen', claimed.open[0]],
    ])
    expect([...channel.counted]).toEqual([['ChannelSent', 1]])
  })
})

describe('a message that was sent', () => {
  test('begins the thread of every instance in it', async () => {
    const { ports, noted, channel } = channelOf()
    const [digest] = await parcels(turnsOf(6), ports)
    await digest?.arrived('2.2')
    expect(noted.filter(([name]) => name === 'rememberThread')).toHaveLength(6)
    expect(noted.filter(([name]) => name === 'finish').map(([, , finish]) => finish)).toEqual(
      Array(6).fill({ state: 'sent', at: START, ref: '2.2' }),
    )
    expect([...channel.counted]).toEqual([['ChannelSent', 6]])
  })

  test('begins no thread if it has no name, or the channel has no threads', async () => {
    const unnamed = channelOf()
    const [one] = await parcels([aClaimedAlert(finding(1))], { ...unnamed.ports, rows: { ...unnamed.ports.rows } })
    await one?.arrived(undefined)
    expect(unnamed.noted.map(([name, , finish]) => [name, finish])).toEqual([['finish', { state: 'sent', at: START }]])
    const without = channelOf('teams')
    const [other] = await parcels([aClaimedAlert(finding(1))], without.ports)
    await other?.arrived('2.2')
    expect(without.noted.map(([name]) => name)).toEqual(['finish'])
  })
})
