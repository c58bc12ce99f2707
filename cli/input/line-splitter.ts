const NEWLINE = 0x0a

export type LineSplitter = { readonly push: (piece: Buffer) => void; readonly end: () => void }

/** Hands on each line without its end; undefined for one that is longer than `maxLength` bytes, which is not kept. */
export const createLineSplitter = (onLine: (line: string | undefined) => void, maxLength: number): LineSplitter => {
  let rest: Buffer[] = []
  let restLength = 0
  const finish = (last: Buffer): void => {
    const isTooLong = restLength + last.length > maxLength
    onLine(
      isTooLong
        ? undefined
        : Buffer.concat([...rest, last])
            .toString('utf8')
            .replace(/\r$/, ''),
    )
    rest = []
    restLength = 0
  }
  return {
    push: piece => {
      let from = 0
      for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, from)) {
        finish(piece.subarray(from, end))
        from = end + 1
      }
      restLength += piece.length - from
      if (restLength > maxLength) rest = []
      else if (from < piece.length) rest.push(Buffer.from(piece.subarray(from)))
    },
    end: () => {
      if (restLength > 0) finish(Buffer.alloc(0))
    },
  }
}
