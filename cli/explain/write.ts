import { writeFile } from 'node:fs/promises'
import { escapeJson } from '../../shared/text/untrusted.ts'
import type { Io } from '../output/io.ts'
import { createWriteError } from '../output/write-error.ts'
import { buildDocument } from './document.ts'
import type { Explanation } from './explanation.ts'
import { renderMarkdown } from './markdown.ts'
import { renderText } from './text.ts'

type Writing = { readonly format: 'text' | 'markdown' | 'json'; readonly output?: string }

// A file is no terminal: it has no colours, and a width of its own.
const FILE = { columns: 100, hasColour: false } as const

const renderExplanation = (explanation: Explanation, { format, output }: Writing, io: Io): string => {
  switch (format) {
    case 'json':
      return `${escapeJson(JSON.stringify(explanation, null, 2))}\n`
    case 'markdown':
      return renderMarkdown(explanation.explained.instance.instanceId ?? '', buildDocument(explanation))
    case 'text':
      return renderText(buildDocument(explanation), output === undefined ? io.out : FILE)
    default:
      return format satisfies never
  }
}

/** Writes an explanation to standard output or a file. Throws UserError if the file cannot be written. */
export const writeExplanation = async (io: Io, explanation: Explanation, writing: Writing): Promise<void> => {
  const text = renderExplanation(explanation, writing, io)
  if (writing.output === undefined) {
    io.out.write(text)
    return
  }
  try {
    await writeFile(writing.output, text)
  } catch (error) {
    throw createWriteError(error, writing.output)
  }
}
