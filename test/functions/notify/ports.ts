/** Ports of a channel that are watched: what is not given refuses to be called. */
import { MANNERS } from '../../../functions/notify/channel-profiles.ts'
import type { ChannelRows, NotifyPorts } from '../../../functions/notify/ports.ts'
import type { SentRow } from '../../../shared/channels/row.ts'
import { OK } from './sending.ts'
import { START } from './world.ts'

export const aRow = (more: Partial<SentRow> = {}): SentRow => ({
  pk: 'channel#ops',
  sk: 'sent#1',
  state: 'open',
  claimant: 'message-1/first',
  leaseUntil: 0,
  since: START.getTime(),
  failures: 0,
  waits: 0,
  ...more,
})

export const DELIVERY = {
  messageId: 'message-1',
  claimant: 'message-1/first',
  count: 1,
  receiptHandle: 'first',
  body: '{}',
}

const unexpected = (name: string) => (): Promise<never> => Promise.reject(new Error(`unexpected call of ${name}`))

const ROWS: ChannelRows = {
  take: unexpected('take'),
  release: unexpected('release'),
  finish: unexpected('finish'),
  remove: unexpected('remove'),
  requestSlot: unexpected('takeTurn'),
  closeUntil: unexpected('closeUntil'),
  threadOf: unexpected('threadOf'),
  rememberThread: unexpected('rememberThread'),
  deliveriesOfLaunch: unexpected('deliveriesOfLaunch'),
  putOpen: unexpected('putOpen'),
  deleteOpen: unexpected('deleteOpen'),
  isBehind: unexpected('isBehind'),
  hold: unexpected('hold'),
  scheduledUntil: unexpected('scheduledUntil'),
  deleteScheduled: unexpected('deleteScheduled'),
}

type Given = Partial<Omit<NotifyPorts, 'rows'>> & { readonly rows?: Partial<ChannelRows> }

export const watchedPorts = ({ rows = {}, ...given }: Given = {}) => {
  const logged: string[] = []
  const counted: string[] = []
  const postponed: (readonly [string, number])[] = []
  const deadLetters: string[] = []
  const ports: NotifyPorts = {
    channel: 'ops',
    profile: MANNERS.slack,
    now: () => START,
    rows: { ...ROWS, ...rows },
    send: async () => OK,
    queue: {
      postpone: async (handle, seconds) => void postponed.push([handle, seconds]),
      deadLetter: async (_body, reason) => void deadLetters.push(reason),
    },
    scheduleRelease: unexpected('scheduleRelease'),
    hasTime: () => true,
    log: (level, message, context) => void logged.push(`${level}: ${message} ${JSON.stringify(context)}`),
    count: (metric, value) => void counted.push(`${metric} ${value}`),
    ...given,
  }
  return { ports, logged, counted, postponed, deadLetters }
}
