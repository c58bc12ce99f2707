import { open } from 'node:fs/promises'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Coverage } from '../../shared/ledger/coverage.ts'
import { createFindingLayout } from '../output/finding-layout.ts'
import { createFindingWriter } from '../output/finding-writer.ts'
import type { FindingFormat, ReportFormat } from '../output/formats.ts'
import type { Io, Output } from '../output/io.ts'
import { createWriteError } from '../output/write-error.ts'
import type { ReportHead } from '../report/report-data.ts'

/** The destination of findings as they are found. */
export type Sink = {
  readonly add: (finding: Finding) => void
  /** Writes the added findings, and waits until more can be taken. */
  readonly flush: () => Promise<void>
  /** Writes the end, with what the scan covered, and remarks if the format has a place for them. */
  readonly end: (coverage: readonly Coverage[], notes: readonly string[]) => Promise<void>
}

/** Findings as text, in the format that was asked for. */
type Text = {
  readonly begin: string
  readonly row: (finding: Finding) => string
  readonly end: (coverage: readonly Coverage[], notes: readonly string[]) => string
}

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
    throw createWriteError(error, file)
  }
}

const createStandardOutput = (out: Output): Target => ({
  write: async text => {
    out.write(text)
    await out.ready()
  },
  close: async () => {},
})

const createTextSink = (target: Target, text: Text): Sink => {
  let pending = text.begin
  const flush = async (): Promise<void> => {
    const whole = pending
    pending = ''
    if (whole !== '') await target.write(whole)
  }
  return {
    add: finding => {
      pending += text.row(finding)
    },
    flush,
    end: async (coverage, notes) => {
      pending += text.end(coverage, notes)
      await flush()
      await target.close()
    },
  }
}

const createRowText = (format: FindingFormat, out: Output, now: Date): Text => {
  const { begin, row, end } = createFindingWriter(format, { layout: createFindingLayout(out), now })
  return { begin, row, end: () => end() }
}

const report = async (head: ReportHead): Promise<Text> => {
  const { readPage } = await import('../report/page.ts')
  const { reportWriter } = await import('../report/report-writer.ts')
  const { begin, row, end } = reportWriter(await readPage(), head)
  return { begin, row, end: (coverage, notes) => end({ coverage, notes }) }
}

// A file is no terminal: it has no colours, and a width of its own.
const FILE_OUTPUT = { isTerminal: false, columns: 120, hasColour: false } as const

export type SinkOptions = {
  readonly format: ReportFormat
  /** A file instead of standard output. */
  readonly output?: string
  /** The head of a report. */
  readonly head: ReportHead
}

/** A file, or standard output without one. Throws UserError. */
export const openTarget = async (io: Io, file: string | undefined): Promise<Target> =>
  file === undefined ? createStandardOutput(io.out) : openFile(file)

/** Opens the output before anything is read, so that a file that cannot be written costs no scan. Throws UserError. */
export const openSink = async (io: Io, { format, output, head }: SinkOptions): Promise<Sink> => {
  const out = output === undefined ? io.out : { ...io.out, ...FILE_OUTPUT }
  const text = format === 'html' ? await report(head) : createRowText(format, out, head.madeAt)
  return createTextSink(await openTarget(io, output), text)
}
