const START = '<!-- cost:start -->'
const END = '<!-- cost:end -->'

/** The page with other counts between its marks. Throws if a mark is missing. */
export const replaceCounted = (page: string, counted: string): string => {
  const [before, rest] = page.split(START)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`docs/cost.md: ${START} or ${END} is missing`)
  return `${before}${START}\n\n${counted}\n\n${END}${after}`
}
