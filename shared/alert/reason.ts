// A colon within a time parts nothing.
const partsOf = (why: string): readonly string[] => why.split(/(?=[:;,] | \()/)

/** A reason without its details: `the stop budget is spent` of `the stop budget is spent: 5 stops in 10 min`. */
export const gistOf = (why: string): string => (partsOf(why)[0] ?? '').trimEnd()

/** What two reasons of one gist have in common, in whole details. */
export const inCommon = (a: string, b: string): string => {
  if (a === b) return a
  const others = partsOf(b)
  const parts = partsOf(a)
  const differs = parts.findIndex((part, index) => part.trimEnd() !== others[index]?.trimEnd())
  return parts
    .slice(0, differs === -1 ? parts.length : differs)
    .join('')
    .trimEnd()
}

// `UnsupportedOperation: what EC2 said`: the name and the message of an error of AWS, as the ledger has them.
const ANSWER = /: ([A-Z][A-Za-z]*[a-z][A-Z][A-Za-z.]*): (.+)$/s
// Some 800 characters that only sts:DecodeAuthorizationMessage can read; the log has them.
const ENCODED = /\s*Encoded authorization failure message: \S+/

/** A reason as the end of a sentence, with EC2's own words in quotes. */
export const sentence = (why: string): string => {
  const text = why.replace(ENCODED, '').replace(ANSWER, ': "$2" ($1)')
  return /[.!?]$/.test(text) ? text : `${text}.`
}
