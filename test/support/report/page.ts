/** The built page, and reports made of it as the command line makes them. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportFoot, ReportHead } from '../../../cli/report/report-data.ts'
import { reportWriter } from '../../../cli/report/report-writer.ts'
import type { Finding } from '../../../shared/engine/finding.ts'

// In a process of its own: esbuild does not run inside jest, whose Uint8Array is another.
const BUILD = `
import * as esbuild from 'esbuild'
import { buildPage } from './report/build.mjs'
process.stdout.write(await buildPage(esbuild))
`

/** The page, built from the sources as they are. */
export const builtPage = (): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', BUILD], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  })

export type Sample = {
  readonly findings: readonly Finding[]
  readonly foot: ReportFoot
  readonly head: ReportHead
}

export const reportText = (page: string, { findings, foot, head }: Sample): string => {
  const writer = reportWriter(page, head)
  return writer.begin + findings.map(writer.row).join('') + writer.end(foot)
}

/** Writes a report and returns the address to open it by. */
export const reportFile = (folder: string, name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, text)
  return `file://${file}`
}
