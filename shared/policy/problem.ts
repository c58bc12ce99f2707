export type Path = readonly PropertyKey[]

/** One error in a file: where, and in the words `what is wrong; what to do`. */
export type Problem = { readonly offset: number; readonly path: Path; readonly text: string }

export type Position = { readonly line: number; readonly col: number }

const MAX_PROBLEMS = 20
const MAX_SHOWN = 60

/** A text from a file as it may be shown: on one line, nothing that steers a terminal or hides, not too long. */
export const truncateShown = (text: string, limit = MAX_SHOWN): string => {
  const safe = text
    .slice(0, limit)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, char => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
  return text.length > limit ? `${safe}…` : safe
}

// A space before or after a key is easily the mistake itself, and cannot be seen without quotation marks.
const quoteBlank = (key: string): string => (key === '' || key !== key.trim() ? `"${key}"` : key)

/** `exemptions[0].match.tags`, or nothing for the file as a whole. */
export const formatPathText = (path: Path): string =>
  path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${quoteBlank(truncateShown(String(part)))}`))
    .join('')
    .replace(/^\./, '')

/** One line for each problem, in the order of the file: `FILE:LINE:COL path: what is wrong; what to do`. */
export const formatProblems = (
  name: string,
  problems: readonly Problem[],
  positionOf: (offset: number) => Position,
): string => {
  const lines = problems
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, path, text }) => {
      const { line, col } = positionOf(offset)
      return `${name}:${line}:${col} ${path.length === 0 ? text : `${formatPathText(path)}: ${text}`}`
    })
  const more = lines.length > MAX_PROBLEMS ? [`${name}: and ${lines.length - MAX_PROBLEMS} more`] : []
  return [...lines.slice(0, MAX_PROBLEMS), ...more].join('\n')
}
