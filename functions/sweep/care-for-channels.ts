import { type ChannelQueues, findRemoved, isLeftBehind, type Waiting } from '../../shared/channels/left-behind.ts'
import { formatError } from '../runtime/one-line.ts'
import type { SweepPorts } from './ports.ts'

type Ports = Pick<SweepPorts, 'channels' | 'count' | 'log' | 'now'>

const countWaiting = async (
  { name, queueUrl, undeliveredUrl }: ChannelQueues,
  { channels }: Ports,
): Promise<Waiting> => ({
  queued: await channels.countMessages(queueUrl),
  undelivered: await channels.countMessages(undeliveredUrl),
  // A channel of that name sends what was scheduled for it.
  scheduled: channels.present.some(present => present.name === name) ? 0 : await channels.countScheduled(name),
})

const reportGone = async (ports: Ports): Promise<number> => {
  const { channels, log } = ports
  let left = 0
  for (const gone of findRemoved(await channels.known(), channels.present)) {
    const waiting = await countWaiting(gone, ports)
    if (!isLeftBehind(waiting)) continue
    left += 1
    log('error', `the channel ${gone.name} was removed while alerts waited for it`, { ...gone, ...waiting })
  }
  return left
}

/**
 * Asks each channel to release what is overdue, whatever became of its schedule, and reports removed channels for which
 * something waits. Never throws: it does not stop a sweep, and a channel that could not be read is counted as well.
 */
export const careForChannels = async (ports: Ports): Promise<void> => {
  const { channels, count, log, now } = ports
  try {
    for (const channel of channels.present) {
      await channels.remember(channel, now())
      await channels.release(channel, now())
    }
    count('ChannelsLeftBehind', await reportGone(ports))
  } catch (error) {
    log('error', `the channels could not be checked: ${formatError(error)}`, {})
    count('ChannelsLeftBehind', 1)
  }
}
