import type { ScanNote } from '../reasons/scan-note.ts'

/** A note on a scan, in one sentence without a full stop. */
export const noteWords = (note: ScanNote): string => {
  switch (note.code) {
    case 'CAME_TWICE':
      return note.instances === 1
        ? 'EC2 returned 1 instance twice: it is counted once'
        : `EC2 returned ${note.instances} instances twice: each is counted once`
    case 'EMPTY_PAGE':
      return 'EC2 returned an empty page among others: instances may be missing'
    case 'FACTS_UNREAD':
      return `some facts are unknown: ${note.why}`
    default:
      return note satisfies never
  }
}
