import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Output } from './io.ts'

/** One line on standard error, whatever the text contains. */
export const printLine = (err: Output, text: string): void => err.write(`virtguard: ${toPlainText(text)}\n`)

/** The lines of a text that is our own, each said as one. */
export const printLines = (err: Output, text: string): void => {
  for (const line of text.split('\n')) printLine(err, line)
}
