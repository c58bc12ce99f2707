import { limitText } from './limited.ts'

// Names of instances, images and accounts. Whoever launches, or may tag, writes them: they are shown, and decide nothing.

/** The name of an image has at most 128 characters (EC2 API reference). A tag may have twice as many: an ellipsis says so. */
const NAME_CHARACTERS = 128

// Nearly every name, and the quickest to test: printable ASCII with single spaces.
const CLEAN = /^[!-~]+(?: [!-~]+)*$/

/**
 * A name as findings have it: on one line, without what is not seen, spaces once, at most 128 characters. Undefined if
 * nothing of it is seen.
 */
export const cleanName = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  if (text.length <= NAME_CHARACTERS && CLEAN.test(text)) return text
  const name = limitText(text, NAME_CHARACTERS).replace(/\s+/g, ' ').trim()
  return name === '' ? undefined : name
}

// What looks like the end of the quotation would let the rest of a name pass for our words.
const QUOTATION_MARKS = /["“”„‟″‶〃〝〞＂«»]/g

const SHOWN = 40

/** The name in quotation marks, which it cannot end: so it never passes for an id, a verdict or a sentence of ours. */
export const quoteName = (name: string, limit = SHOWN): string =>
  `"${limitText(name.replace(QUOTATION_MARKS, "'"), limit)}"`
