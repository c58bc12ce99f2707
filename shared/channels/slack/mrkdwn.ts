import { limitText } from '../../text/limited.ts'
import { breakLinks } from '../../text/unlinked.ts'

/*
 * Text for Slack's mrkdwn. `& < >` are escaped, so that no mention and no link can be made (Slack, "Formatting text for
 * app surfaces"). Slack has no way to escape the rest: a character that would make bold, italic, struck, code, a
 * quotation or an emoji is replaced by a similar one. Objects are sent as `verbatim`, so that nothing else becomes a
 * link.
 */

const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼' }

// Between letters or digits it formats nothing, and names of roles are full of underscores.
const FORMATTING = /(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])/g
// `:aws:` in an ARN is an emoji if somebody made one of that name. `:15:` of a time is left alone.
const EMOJI = /:(?=[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:)/g

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Within a limit also once it is escaped, and cut at a character, never within an entity. */
const escapeWithin = (text: string, limit: number): string => {
  let raw = limitText(text, limit)
  while (escapeText(raw).length > limit) raw = limitText(raw, Math.floor(raw.length * 0.9))
  return escapeText(raw)
}

const defuseText = (text: string): string =>
  breakLinks(text)
    .replaceAll('`', "'")
    .replace(/^>/, '›')
    .replace(FORMATTING, character => LOOKALIKES[character] ?? character)
    .replace(EMOJI, '∶')

/** Text that is seen as it is written, at most so many characters. */
export const toMrkdwn = (text: string, limit: number): string => escapeWithin(defuseText(text), limit)

/** Text in a fixed width font, exactly as it is but for backticks. Never empty. */
export const toCode = (text: string, limit: number): string => {
  const inner = escapeWithin(breakLinks(text).replaceAll('`', "'"), limit - 2)
  return inner.trim() === '' ? '–' : `\`${inner}\``
}

/** Lines to copy. */
export const toCodeBlock = (lines: readonly string[], limit: number): string =>
  `\`\`\`${lines.map(line => escapeWithin(breakLinks(line).replaceAll('`', "'"), limit)).join('\n')}\`\`\``

/** A value: in a fixed width if Slack would make an emoji of a part of it, as of every ARN. */
export const toValue = (text: string, limit: number): string =>
  text.match(EMOJI) === null ? toMrkdwn(text, limit) : toCode(text, limit)
