/** An alert that this delivery has claimed, and a channel whose rows are only read. */
import type { Delivery } from '../../../functions/notify/delivery.ts'
import type { ReadableAlert } from '../../../functions/notify/gather-messages.ts'
import { listOpens } from '../../../functions/notify/order.ts'
import type { ChannelRows, NotifyPorts } from '../../../functions/notify/ports.ts'
import type { Alert } from '../../../shared/alert/alert.ts'
import { getSentSk, type SentRow } from '../../../shared/channels/row.ts'
import { toEpochSeconds } from '../../../shared/ledger/row.ts'
import { START, type world } from './world.ts'

export const aDelivery = (nth = 1): Delivery => ({
  messageId: `message-${nth}`,
  claimant: `message-${nth}/1`,
  count: 1,
  receiptHandle: `message-${nth} 1`,
  body: `body ${nth}`,
})

export const aClaimedAlert = (alert: Alert, more: Partial<SentRow> = {}, nth = 1): ReadableAlert => {
  const delivery = aDelivery(nth)
  const row: SentRow = {
    pk: 'channel#ops',
    sk: getSentSk(alert),
    state: 'open',
    claimant: delivery.claimant,
    leaseUntil: toEpochSeconds(START) + 60,
    since: START.getTime(),
    failures: 0,
    waits: 0,
    ...more,
  }
  return { delivery, row, alert, open: listOpens(alert, row.sk) }
}

/** Every operation on rows does nothing and is noted, but for those that are given. */
export const noting = ({ ports }: ReturnType<typeof world>, given: Partial<ChannelRows> = {}) => {
  const noted: [keyof ChannelRows, ...unknown[]][] = []
  const note =
    (name: keyof ChannelRows) =>
    async (...details: readonly unknown[]): Promise<void> => {
      noted.push([name, ...details])
    }
  const rows: ChannelRows = {
    ...ports.rows,
    release: note('release'),
    finish: note('finish'),
    remove: note('remove'),
    closeUntil: note('closeUntil'),
    rememberThread: note('rememberThread'),
    putOpen: note('putOpen'),
    deleteOpen: note('deleteOpen'),
    hold: note('hold'),
    deleteScheduled: note('deleteScheduled'),
    ...given,
  }
  const postponed: number[] = []
  const queue: NotifyPorts['queue'] = {
    ...ports.queue,
    postpone: async (_, seconds) => {
      postponed.push(seconds)
    },
  }
  return { ports: { ...ports, rows, queue }, noted, postponed }
}
