import { unlinked } from '../text/unlinked.ts'
import { plain } from '../text/untrusted.ts'
import { wrap } from '../text/wrap.ts'
import { counted } from './story.ts'

// The lines that an email is made of. Whatever goes through them is made harmless: names were chosen by strangers.

const COLUMNS = 72
const INDENT = '       '

/** Nothing unseen, one line, and no link: a name must not become one in a mail that people trust. */
const harmless = (text: string): string => unlinked(plain(text))

/** `Label     text`, the text in a column of its own. */
export const row = (label: string, text: string): string =>
  wrap(harmless(text), { columns: COLUMNS, first: label.padEnd(10), rest: ' '.repeat(10) })

/** A link is ours: it is neither broken nor made harmless. */
export const linkRow = (label: string, url: string): string => `${label.padEnd(10)}${url}`

export const paragraph = (text: string): string => wrap(harmless(text), { columns: COLUMNS, first: '', rest: '' })

export const indented = (text: string): string => wrap(harmless(text), { columns: COLUMNS, first: '   ', rest: '   ' })

export const bullet = (label: string, text: string): string =>
  wrap(`${label}: ${harmless(text)}`, { columns: COLUMNS, first: '   ', rest: '     ' })

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
