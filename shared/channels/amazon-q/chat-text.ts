import { limited } from '../../text/limited.ts'
import { unlinked } from '../../text/unlinked.ts'

/*
 * Amazon Q Developer hands `client-markdown` to Slack or to Teams as it is, so that what either of them reads as markup is
 * replaced by what looks like it: no entity would be right in both.
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '*': '∗',
  _: '＿',
  '~': '∼',
  '[': '⟦',
  ']': '⟧',
  '#': '＃',
  '|': '∣',
}
const MARKUP = /[<>[\]|]|(?<![A-Za-z0-9])[*_~#]|[*_~](?![A-Za-z0-9])/g
const EMOJI = /:(?=[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:)/g

const alike = (character: string): string => LOOKALIKES[character] ?? character

const defused = (text: string): string =>
  text
    .replaceAll('`', "'")
    .replace(/&(?=[a-zA-Z#])/g, '＆')
    .replace(MARKUP, alike)
    .replace(EMOJI, '∶')

/** Text that is seen as it is written in Slack and in Teams, at most so many characters. */
export const chat = (text: string, limit: number): string => limited(unlinked(defused(text)), limit)

/** Within backticks neither of them formats anything, but Slack still reads what is in angle brackets. */
export const fixed = (text: string, limit: number): string =>
  limited(unlinked(text.replaceAll('`', "'").replace(/[<>|]|\](?=\()/g, alike)), limit)

/** A value: in a fixed width where it would have to be changed to be seen as it is, as every ARN in Slack. */
export const chatValue = (text: string, limit: number): string =>
  text.match(EMOJI) === null ? chat(text, limit) : `\`${fixed(text, limit - 2)}\``
