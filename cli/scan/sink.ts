import { open } from 'node:fs/promises'
import type { Finding } from '../../shared/engine/finding.ts'
import { UserError } from '../../shared/errors.ts'
import type { Coverage } from '../../shared/fleet/coverage.ts'
import { fileErrorInWords } from '../input/file-error.ts'
import type { Io, Output } from '../io.ts'
import { FORMATS, type Format, writer } from '../output/writer.ts'
import { findingLayout } from '../replay/finding-layout.ts'

/** Where findings go as they are found. */
export type Sink = {
  readonly add: (finding: Finding) => void
  /** Writes what was added, and waits until more can be taken. */
  readonly flush: () => Promise<void>
  /** Writes the end; `coverage` is for formats that tell it. */
  readonly end: (coverage: readonly Coverage[]) => Promise<void>
}

export const SCAN_FORMATS = FORMATS
export type ScanFormat = Format

/** A file, or standard output. */
export type Target = { readonly write: (text: string) => Promise<void>; readonly close: () => Promise<void> }

const openFile = async (file: string): Promise<Target> => {
  try {
    const handle = await open(file, 'w')
    return {
      write: async text => {
        await handle.write(text)
      },
      close: () => handle.close(),
    }
  } catch (error) {
    const words = fileErrorInWords(error)
    if (words === undefined) throw error
    throw new UserError(`${file}: ${words}`)
  }
}

const standardOutput = (out: Output): Target => ({
  write: async text => {
    out.write(text)
    await out.ready()
  },
  close: async () => {},
})

/** Rows as text, in any of the formats that are written line by line. */
const rowsInto = (target: Target, format: Format, out: Output): Sink => {
  const rows = writer(format, findingLayout(out))
  let pending = rows.begin
  const flush = async (): Promise<void> => {
    const text = pending
    pending = ''
    if (text !== '') await target.write(text)
  }
  return {
    add: finding => {
      pending += rows.row(finding)
    },
    flush,
    end: async () => {
      pending += rows.end()
      await flush()
      await target.close()
    },
  }
}

// In a file there is no terminal: no colours, and a width of its own.
const FILE_OUTPUT = { isTerminal: false, columns: 120, hasColour: false } as const

/** Opens the output before anything is read, so that a file that cannot be written costs no scan. Throws UserError. */
export const openSink = async (io: Io, format: ScanFormat, file: string | undefined): Promise<Sink> => {
  const target = file === undefined ? standardOutput(io.out) : await openFile(file)
  return rowsInto(target, format, file === undefined ? io.out : { ...io.out, ...FILE_OUTPUT })
}
