import { toPlainText } from './untrusted.ts'

/**
 * The text on one line and without invisible characters, at most so many characters (UTF-16), the last an ellipsis if
 * it was cut. Never half a character.
 */
export const limitText = (text: string, limit: number): string => {
  const whole = toPlainText(text)
  if (whole.length <= limit) return whole
  return `${whole.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`
}
