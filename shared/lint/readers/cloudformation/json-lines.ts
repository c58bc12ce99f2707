type Scan = { line: number; depth: number; isInside: boolean; readonly lines: Map<string, number> }

const takeKey = (scan: Scan, key: string): void => {
  if (scan.depth === 1) scan.isInside = key === 'Resources'
  else if (scan.depth === 2 && scan.isInside) scan.lines.set(key, scan.line)
}

const takeSign = (scan: Scan, sign: string | undefined): void => {
  if (sign === '\n') scan.line++
  else if (sign === '{' || sign === '[') scan.depth++
  else if (sign === '}' || sign === ']') scan.depth--
}

/** The line of each resource of a template that is written as JSON: of each key of its key `Resources`. */
export const findJsonLines = (text: string): ReadonlyMap<string, number> => {
  const scan: Scan = { line: 1, depth: 0, isInside: false, lines: new Map() }
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"') takeSign(scan, text[at])
    else {
      const end = findQuote(text, at)
      if (scan.depth < 3 && text[skipSpace(text, end + 1)] === ':') takeKey(scan, text.slice(at + 1, end))
      at = end
    }
  }
  return scan.lines
}

const findQuote = (text: string, start: number): number => {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

const skipSpace = (text: string, start: number): number => {
  let at = start
  while (/\s/.test(text[at] ?? '')) at++
  return at
}
