import { UserError } from '../../shared/errors.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { writeFolder } from '../output/write-folder.ts'
import type { Guardrails } from './guardrails.ts'

const writeFiles = (folder: string, { documents }: Guardrails): Promise<readonly string[]> =>
  writeFolder(folder, Object.fromEntries(documents.map(({ name, text }) => [`${name}.json`, text])))

/** Writes the documents into a folder, or the only one on standard output, and then what belongs to them. */
export const writeGuardrails = async (io: Io, guardrails: Guardrails, folder: string | undefined): Promise<void> => {
  const { documents, lines } = guardrails
  if (folder !== undefined) for (const path of await writeFiles(folder, guardrails)) io.out.write(`${path}\n`)
  else if (documents.length > 1)
    throw new UserError(`it is ${documents.length} documents, each below the limit; name a folder for them (--output)`)
  else for (const { text } of documents) io.out.write(`${text}\n`)
  for (const line of lines) printLine(io.err, line)
}
