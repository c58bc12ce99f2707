import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../shared/errors.ts'
import { describeFileError } from '../input/file-error.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import type { Guardrails } from './guardrails.ts'

const writeFiles = async (folder: string, { documents }: Guardrails): Promise<readonly string[]> => {
  try {
    await mkdir(folder, { recursive: true })
    return await Promise.all(
      documents.map(async ({ name, text }) => {
        const path = join(folder, `${name}.json`)
        await writeFile(path, text)
        return path
      }),
    )
  } catch (error) {
    const words = describeFileError(error)
    if (words === undefined) throw error
    throw new UserError(`${folder}: ${words}`)
  }
}

/** Writes the documents into a folder, or the only one on standard output, and then what belongs to them. */
export const writeGuardrails = async (io: Io, guardrails: Guardrails, folder: string | undefined): Promise<void> => {
  const { documents, lines } = guardrails
  if (folder !== undefined) for (const path of await writeFiles(folder, guardrails)) io.out.write(`${path}\n`)
  else if (documents.length > 1)
    throw new UserError(`it is ${documents.length} documents, each below the limit; name a folder for them (--output)`)
  else for (const { text } of documents) io.out.write(`${text}\n`)
  for (const line of lines) printLine(io.err, line)
}
