import { type ChannelTable, finishRow, releaseRow, takeRow } from '../../shared/aws/channels/channel-row.ts'
import { deleteRow, forgetHeld, heldUntil, hold } from '../../shared/aws/channels/held.ts'
import { closeUntil, takeTurn } from '../../shared/aws/channels/pace.ts'
import {
  deleteOpen,
  isBehind,
  putOpen,
  rememberThread,
  tellingsOfLaunch,
  threadOf,
} from '../../shared/aws/channels/threads.ts'
import type { ChannelRows } from './ports.ts'

/** The operations on the rows of one channel. */
export const channelRows = (rows: ChannelTable): ChannelRows => ({
  take: (sk, by) => takeRow(rows, sk, by),
  release: (row, changes) => releaseRow(rows, row, changes),
  finish: (row, finish) => finishRow(rows, row, finish),
  remove: row => deleteRow(rows, row),
  takeTurn: request => takeTurn(rows, request),
  closeUntil: until => closeUntil(rows, until),
  threadOf: resourceId => threadOf(rows, resourceId),
  rememberThread: thread => rememberThread(rows, thread),
  tellingsOfLaunch: alert => tellingsOfLaunch(rows, alert),
  putOpen: (open, now) => putOpen(rows, open, now),
  deleteOpen: open => deleteOpen(rows, open),
  isBehind: (open, now) => isBehind(rows, open, now),
  hold: held => hold(rows, held),
  heldUntil: due => heldUntil(rows, due),
  forgetHeld: (held, told) => forgetHeld(rows, held, told),
})
