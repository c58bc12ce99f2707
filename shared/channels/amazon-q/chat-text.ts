import { limitText } from '../../text/limited.ts'
import { breakLinks } from '../../text/unlinked.ts'

/*
 * Amazon Q Developer hands `client-markdown` to Slack or to Teams unchanged, so that characters that either of them
 * reads as markup are replaced by similar ones: no entity would be right in both.
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

const replaceLookAlike = (character: string): string => LOOKALIKES[character] ?? character

const defuseText = (text: string): string =>
  text
    .replaceAll('`', "'")
    .replace(/&(?=[a-zA-Z#])/g, '＆')
    .replace(MARKUP, replaceLookAlike)
    .replace(EMOJI, '∶')

/** Text that is seen as it is written in Slack and in Teams, at most so many characters. */
export const toChatText = (text: string, limit: number): string => limitText(breakLinks(defuseText(text)), limit)

/** Within backticks neither of them formats anything, but Slack still reads angle brackets. */
export const toFixedWidth = (text: string, limit: number): string =>
  limitText(breakLinks(text.replaceAll('`', "'").replace(/[<>|]|\](?=\()/g, replaceLookAlike)), limit)

/** A value: in a fixed width if it would otherwise be changed to be shown, as every ARN in Slack. */
export const toChatValue = (text: string, limit: number): string =>
  text.match(EMOJI) === null ? toChatText(text, limit) : `\`${toFixedWidth(text, limit - 2)}\``
