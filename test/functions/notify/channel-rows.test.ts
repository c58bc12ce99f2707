import { expect, test } from '@jest/globals'
import type { Job, Sent } from '../../../shared/channels/sending.ts'
import { OK, put } from './sending.ts'
import { finding, outcome, START, seconds, world } from './world.ts'

/** What a channel was sent, by the ids of the alerts and the seconds since the start. */
const sending = (answer: (job: Job, nth: number) => Sent) => {
  const sent: [string, number][] = []
  const channel = world({
    sender: async job => {
      const after = (channel.queue.now().getTime() - START.getTime()) / 1_000
      const said = answer(job, sent.length)
      if (job.kind === 'alert') sent.push([job.alert.id, after])
      return said
    },
  })
  return { sent, channel }
}

test('a channel that asks to wait is sent nothing else until then', async () => {
  const { sent, channel } = sending((_, nth) => (nth === 0 ? { kind: 'later', seconds: 600, why: '429' } : OK))
  put(channel, finding(1), finding(2))
  await channel.queue.run(channel.handle)
  expect(sent.map(([, after]) => after >= 600)).toEqual([false, true, true])
})

const stopFailed = outcome(1, seconds(60), { state: 'FAILED' })
const stopped = outcome(1, seconds(120))

test('alerts of one instance keep their order if the earlier one fails, and wait no longer than that', async () => {
  const failsOnce = new Set([stopFailed.id])
  const { sent, channel } = sending(job => {
    if (job.kind === 'alert' && failsOnce.delete(job.alert.id)) throw new Error('HTTP 500')
    return OK
  })
  const arriving = (after: number, alert: object) => ({
    at: seconds(after).getTime(),
    run: () => put(channel, alert),
  })
  // The last one comes while the one before is put off.
  const events = [arriving(0, finding(1)), arriving(120, stopFailed), arriving(122, stopped)]
  await channel.queue.run(channel.handle, { events })
  expect(sent.map(([id]) => id)).toEqual([finding(1).id, stopFailed.id, stopped.id])
  const [, [, first] = ['', 0], [, second] = ['', 0]] = sent
  expect(second - first).toBeLessThan(60)
})
