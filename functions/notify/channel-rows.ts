import { type ChannelTable, claimRow, finishRow, releaseRow } from '../../shared/aws/channels/channel-row.ts'
import { closeUntil, requestSlot } from '../../shared/aws/channels/rate-limit.ts'
import { deleteRow, deleteScheduled, hold, queryScheduled } from '../../shared/aws/channels/scheduled-deliveries.ts'
import {
  deleteOpen,
  isBehind,
  putOpen,
  queryLaunchDeliveries,
  readThread,
  rememberThread,
} from '../../shared/aws/channels/threads.ts'
import type { ChannelRows } from './ports.ts'

/** The operations on the rows of one channel. */
export const createChannelRows = (rows: ChannelTable): ChannelRows => ({
  take: (sk, by) => claimRow(rows, sk, by),
  release: (row, changes) => releaseRow(rows, row, changes),
  finish: (row, finish) => finishRow(rows, row, finish),
  remove: row => deleteRow(rows, row),
  requestSlot: request => requestSlot(rows, request),
  closeUntil: until => closeUntil(rows, until),
  threadOf: resourceId => readThread(rows, resourceId),
  rememberThread: thread => rememberThread(rows, thread),
  deliveriesOfLaunch: alert => queryLaunchDeliveries(rows, alert),
  putOpen: (open, now) => putOpen(rows, open, now),
  deleteOpen: open => deleteOpen(rows, open),
  isBehind: (open, now) => isBehind(rows, open, now),
  hold: scheduled => hold(rows, scheduled),
  scheduledUntil: due => queryScheduled(rows, due),
  deleteScheduled: (scheduled, alerted) => deleteScheduled(rows, scheduled, alerted),
})
