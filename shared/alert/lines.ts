import { plain } from '../text/untrusted.ts'
import { wrap } from '../text/wrap.ts'
import type { Alert } from './alert.ts'
import { consoleLink } from './console-link.ts'
import { counted } from './story.ts'

// The lines that an email is made of. Whatever goes through them is made harmless: names were chosen by strangers.

const COLUMNS = 72
const IDS_SHOWN = 10
const INDENT = '       '

/** Nothing unseen, one line, and no link: a name must not become one in a mail that people trust. */
const harmless = (text: string): string => plain(text).replaceAll('://', '[:]//')

/** `Label     text`, the text in a column of its own. */
export const row = (label: string, text: string): string =>
  wrap(harmless(text), { columns: COLUMNS, first: label.padEnd(10), rest: ' '.repeat(10) })

/** The link is ours, and the only one: it is neither broken nor made harmless. */
export const consoleRow = (alert: Alert): string => `${'Console'.padEnd(10)}${consoleLink(alert)}`

export const paragraph = (text: string): string => wrap(harmless(text), { columns: COLUMNS, first: '', rest: '' })

export const indented = (text: string): string => wrap(harmless(text), { columns: COLUMNS, first: '   ', rest: '   ' })

export const bullet = (label: string, text: string): string =>
  wrap(`${label}: ${harmless(text)}`, { columns: COLUMNS, first: '   ', rest: '     ' })

/** The first ids, and how many more there are; `where` says where to find those. */
export const listed = (ids: readonly string[], where = ''): string => {
  const shown = ids.slice(0, IDS_SHOWN).join(', ')
  return ids.length <= IDS_SHOWN ? shown : `${shown} and ${counted(ids.length - IDS_SHOWN)} more${where}`
}

/** A line to copy, as it is: no break may be put into it. */
export const verbatim = (text: string): string => `${INDENT}${harmless(text)}`

/** One of several ways to do something. */
export const numbered = (number: number, text: string): string =>
  wrap(harmless(text), { columns: COLUMNS, first: `${number}. `, rest: '   ' })

/** Ids side by side, up to a limit, and how many more there are. */
export const columnsOf = (ids: readonly string[], limit: number): readonly string[] => {
  const lines = wrap(harmless(ids.slice(0, limit).join(' ')), { columns: COLUMNS, first: '   ', rest: '   ' })
  return ids.length > limit ? [lines, indented(`and ${counted(ids.length - limit)} more`)] : [lines]
}
