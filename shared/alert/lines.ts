import { plain } from '../text/untrusted.ts'
import { wrap } from '../text/wrap.ts'
import { counted } from './story.ts'

// The lines that an email is made of. Whatever goes through them is made harmless: names were chosen by strangers.

const COLUMNS = 72
const IDS_SHOWN = 10

/** Nothing unseen, one line, and no link: a name must not become one in a mail that people trust. */
const harmless = (text: string): string => plain(text).replaceAll('://', '[:]//')

/** `Label     text`, the text in a column of its own. */
export const row = (label: string, text: string): string =>
  wrap(harmless(text), { columns: COLUMNS, first: label.padEnd(10), rest: ' '.repeat(10) })

export const paragraph = (text: string): string => wrap(harmless(text), { columns: COLUMNS, first: '', rest: '' })

export const indented = (text: string): string => wrap(harmless(text), { columns: COLUMNS, first: '   ', rest: '   ' })

export const bullet = (label: string, text: string): string =>
  wrap(`${label}: ${harmless(text)}`, { columns: COLUMNS, first: '   ', rest: '     ' })

/** The first ids, and how many more there are; `where` says where to find those. */
export const listed = (ids: readonly string[], where = ''): string => {
  const shown = ids.slice(0, IDS_SHOWN).join(', ')
  return ids.length <= IDS_SHOWN ? shown : `${shown} and ${counted(ids.length - IDS_SHOWN)} more${where}`
}
