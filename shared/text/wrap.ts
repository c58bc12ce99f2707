export type Wrapping = {
  readonly columns: number
  /** The beginning of the first line, and of the others. */
  readonly first: string
  readonly rest: string
}

/** Breaks text at spaces so that no line is wider than `columns`; a word that is wider stands alone, unbroken, as a link must. */
export const wrap = (text: string, { columns, first, rest }: Wrapping): string => {
  const lines: string[] = []
  let line = first
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = rest
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line].join('\n')
}
