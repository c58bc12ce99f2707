import type { ScanNote } from '../reasons/scan-note.ts'

/** A note on a scan, in one sentence without a full stop. */
export const noteWords = (note: ScanNote): string => {
  switch (note.code) {
    case 'CAME_TWICE':
      return note.instances === 1
        ? '1 instance came twice and is counted once'
        : `${note.instances} instances came twice and are counted once`
    case 'EMPTY_PAGE':
      return 'EC2 gave an empty page among others: instances may be missing'
    case 'FACTS_UNREAD':
      return `facts stay unknown: ${note.why}`
    default:
      return note satisfies never
  }
}
