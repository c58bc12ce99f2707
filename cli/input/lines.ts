/** A line and its number, counted from 1. Without its text if it is too long to keep. */
export type Line = { readonly number: number; readonly text: string | undefined }

const NEWLINE = 0x0a

/**
 * The lines of each piece that arrives, in groups: thousands of lines must not cost thousands of turns of the event
 * loop.
 */
export async function* readLines(source: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<readonly Line[]> {
  let parts: Buffer[] = []
  let length = 0
  let number = 0
  const finish = (last: Buffer): Line => {
    const text = length + last.length > maxLength ? undefined : Buffer.concat([...parts, last]).toString('utf8')
    parts = []
    length = 0
    number++
    return { number, text: number === 1 ? text?.replace(/^\ufeff/, '') : text }
  }
  for await (const piece of source) {
    const lines: Line[] = []
    let from = 0
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, from)) {
      lines.push(finish(piece.subarray(from, end)))
      from = end + 1
    }
    const rest = piece.subarray(from)
    length += rest.length
    if (length <= maxLength) parts.push(rest)
    else parts = []
    yield lines
  }
  if (length > 0) yield [finish(Buffer.alloc(0))]
}
