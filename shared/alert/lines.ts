import { breakLinks } from '../text/unlinked.ts'
import { toPlainText } from '../text/untrusted.ts'
import { wrap } from '../text/wrap.ts'
import { formatInstances } from './content.ts'

// The lines of an email. Every text in them is made safe, because strangers chose the names.

const COLUMNS = 72
const INDENT = '       '

/** Nothing unseen, one line, and no link: a name must not become one in a mail that people trust. */
const neutralizeText = (text: string): string => breakLinks(toPlainText(text))

/** `Label     text`, the text in a column of its own. */
export const renderLabelledRow = (label: string, text: string): string =>
  wrap(neutralizeText(text), { columns: COLUMNS, first: label.padEnd(10), rest: ' '.repeat(10) })

/** A link is ours: it is neither broken nor made harmless. */
export const linkRow = (label: string, url: string): string => `${label.padEnd(10)}${url}`

export const renderParagraph = (text: string): string =>
  wrap(neutralizeText(text), { columns: COLUMNS, first: '', rest: '' })

export const indentText = (text: string): string =>
  wrap(neutralizeText(text), { columns: COLUMNS, first: '   ', rest: '   ' })

export const renderBullet = (label: string, text: string): string =>
  wrap(`${label}: ${neutralizeText(text)}`, { columns: COLUMNS, first: '   ', rest: '     ' })

/** A line to copy, as it is: no break may be put into it. */
export const renderVerbatim = (text: string): string => `${INDENT}${neutralizeText(text)}`

/** One of several ways to do something. */
export const renderNumbered = (number: number, text: string): string =>
  wrap(neutralizeText(text), { columns: COLUMNS, first: `${number}. `, rest: '   ' })

/** Ids side by side, up to a limit, and how many more there are. */
export const layOutColumns = (ids: readonly string[], limit: number): readonly string[] => {
  const lines = wrap(neutralizeText(ids.slice(0, limit).join(' ')), { columns: COLUMNS, first: '   ', rest: '   ' })
  return ids.length > limit ? [lines, indentText(`and ${formatInstances(ids.length - limit)} more`)] : [lines]
}
