import { type ChannelQueues, goneOf, isLeftBehind, type Waiting } from '../../shared/channels/left-behind.ts'
import { oneLine } from '../one-line.ts'
import type { SweepPorts } from './ports.ts'

type Ports = Pick<SweepPorts, 'channels' | 'count' | 'log' | 'now'>

const waitingFor = async (
  { name, queueUrl, undeliveredUrl }: ChannelQueues,
  { channels }: Ports,
): Promise<Waiting> => ({
  queued: await channels.countMessages(queueUrl),
  undelivered: await channels.countMessages(undeliveredUrl),
  // A channel of that name tells what was held for it.
  held: channels.present.some(present => present.name === name) ? 0 : await channels.countHeld(name),
})

const reportGone = async (ports: Ports): Promise<number> => {
  const { channels, log } = ports
  let left = 0
  for (const gone of goneOf(await channels.known(), channels.present)) {
    const waiting = await waitingFor(gone, ports)
    if (!isLeftBehind(waiting)) continue
    left += 1
    log('error', `the channel ${gone.name} was removed while alerts waited for it`, { ...gone, ...waiting })
  }
  return left
}

/**
 * Has each channel told what is overdue, whatever became of its schedule, and says which channels are gone while something
 * waits for them. Never throws: no sweep is kept from its work by it, and what could not be looked at is counted as well.
 */
export const careForChannels = async (ports: Ports): Promise<void> => {
  const { channels, count, log, now } = ports
  try {
    for (const channel of channels.present) {
      await channels.remember(channel, now())
      await channels.flush(channel, now())
    }
    count('ChannelsLeftBehind', await reportGone(ports))
  } catch (error) {
    log('error', `the channels could not be looked after: ${oneLine(error)}`, {})
    count('ChannelsLeftBehind', 1)
  }
}
