// Text from events, file names and policies was written by strangers. These two functions stand between it and a reader.

// Control (Cc), format (Cf: bidirectional, zero-width), lone surrogate (Cs), line and paragraph separators (Zl, Zp), and
// whatever else Unicode lets a renderer leave out (DI: fillers, tags, variation selectors).
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu
const UNPRINTABLE_BUT_NEWLINE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu
const NOT_ASCII_PRINTABLE = /[^ -~]/

/** The text on one line, with a � for each character that is not seen as itself: control, bidirectional, zero-width, line separators. */
export const toPlainText = (text: string): string =>
  NOT_ASCII_PRINTABLE.test(text) ? text.replace(UNPRINTABLE, '\ufffd') : text

const escapeText = (character: string): string => {
  let result = ''
  for (let unit = 0; unit < character.length; unit++) {
    result += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
  }
  return result
}

/**
 * The same JSON value, with those characters as \uXXXX. For the output of JSON.stringify, in which they are only in
 * strings.
 */
export const escapeJson = (json: string): string =>
  NOT_ASCII_PRINTABLE.test(json) ? json.replace(UNPRINTABLE_BUT_NEWLINE, escapeText) : json
