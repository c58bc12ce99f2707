import { limited } from '../../text/limited.ts'
import { unlinked } from '../../text/unlinked.ts'

/*
 * Text for Slack's mrkdwn. `& < >` are escaped, so that no mention and no link can be made (Slack, "Formatting text for app
 * surfaces"). Slack has no way to escape the rest: what would become bold, italic, struck, code, a quotation or an emoji is
 * replaced by a character that looks like it. Objects are sent as `verbatim`, so that nothing else becomes a link.
 */

const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', _: '＿', '~': '∼' }

// Between letters or digits it formats nothing, and names of roles are full of underscores.
const FORMATTING = /(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])/g
// `:aws:` in an ARN is an emoji where somebody made one of that name. `:15:` of a time is left alone.
const EMOJI = /:(?=[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:)/g

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Within a limit also once it is escaped, and cut at a character, never within an entity. */
const escapedWithin = (text: string, limit: number): string => {
  let raw = limited(text, limit)
  while (escaped(raw).length > limit) raw = limited(raw, Math.floor(raw.length * 0.9))
  return escaped(raw)
}

const defused = (text: string): string =>
  unlinked(text)
    .replaceAll('`', "'")
    .replace(/^>/, '›')
    .replace(FORMATTING, character => LOOKALIKES[character] ?? character)
    .replace(EMOJI, '∶')

/** Text that is seen as it is written, at most so many characters. */
export const mrkdwn = (text: string, limit: number): string => escapedWithin(defused(text), limit)

/** Text in a fixed width font, exactly as it is but for backticks. Never empty. */
export const code = (text: string, limit: number): string => {
  const inner = escapedWithin(unlinked(text).replaceAll('`', "'"), limit - 2)
  return inner.trim() === '' ? '–' : `\`${inner}\``
}

/** Lines to copy. */
export const codeBlock = (lines: readonly string[], limit: number): string =>
  `\`\`\`${lines.map(line => escapedWithin(unlinked(line).replaceAll('`', "'"), limit)).join('\n')}\`\`\``

/** A value: in a fixed width where Slack would make an emoji of a part of it, as of every ARN. */
export const value = (text: string, limit: number): string =>
  text.match(EMOJI) === null ? mrkdwn(text, limit) : code(text, limit)
