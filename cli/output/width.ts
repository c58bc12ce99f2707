import stringWidth from 'string-width'

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

// Printable ASCII is one column each, and nearly everything is that.
const isAscii = (text: string): boolean => /^[ -~]*$/.test(text)

/** How many columns of a terminal the text takes. */
export const measureWidth = (text: string): number => (isAscii(text) ? text.length : stringWidth(text))

/** As much of the text as fits, by whole characters as a reader sees them. */
const takeWidth = (text: string, width: number): string => {
  if (isAscii(text)) return text.slice(0, width)
  let result = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    used += stringWidth(segment)
    if (used > width) break
    result += segment
  }
  return result
}

/** The text, cut to at most `width` columns, with an ellipsis if it was cut. */
export const truncate = (text: string, width: number): string =>
  measureWidth(text) <= width ? text : `${takeWidth(text, width - 1)}…`

/** Exactly `width` columns, if the text is not wider. */
export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - measureWidth(text)))

const splitLong = (word: string, width: number): readonly string[] => {
  const parts: string[] = []
  let rest = word
  while (measureWidth(rest) > width) {
    const part = takeWidth(rest, width) || [...rest].slice(0, 1).join('')
    parts.push(part)
    rest = rest.slice(part.length)
  }
  return rest === '' ? parts : [...parts, rest]
}

/** The text in lines of at most `width` columns, broken between words if possible. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/ +/).flatMap(each => splitLong(each, width))) {
    if (line !== '' && measureWidth(line) + 1 + measureWidth(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}
