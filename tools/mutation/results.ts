// The results of Stryker, from its report: https://github.com/stryker-mutator/mutation-testing-elements
import * as z from 'zod/mini'

const Position = z.object({ line: z.number(), column: z.number() })

const Mutant = z.object({
  mutatorName: z.string(),
  replacement: z.optional(z.string()),
  status: z.enum(['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'CompileError', 'RuntimeError', 'Pending']),
  location: z.object({ start: Position, end: Position }),
})

const Report = z.object({ files: z.record(z.string(), z.object({ source: z.string(), mutants: z.array(Mutant) })) })

export type MutatedFiles = z.infer<typeof Report>['files']
type Mutant = z.infer<typeof Mutant>

export interface FolderScore {
  readonly folder: string
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  readonly uncovered: number
  /** How many of a hundred were noticed, killed or timed out. */
  readonly score: number
}

export const readReport = (text: string): MutatedFiles => Report.parse(JSON.parse(text)).files

/** The score of each folder. A mutant that the source names as equivalent does not count. */
export function scoreFolders(files: MutatedFiles, folders: readonly string[]): readonly FolderScore[] {
  return folders.map(folder => {
    const mutants = Object.entries(files)
      .filter(([file]) => file === folder || file.startsWith(`${folder}/`))
      .flatMap(([, each]) => each.mutants)
    const count = (status: Mutant['status']): number => mutants.filter(mutant => mutant.status === status).length
    const [killed, timedOut, survived, uncovered] = [
      count('Killed'),
      count('Timeout'),
      count('Survived'),
      count('NoCoverage'),
    ]
    const all = killed + timedOut + survived + uncovered
    const score = all === 0 ? 100 : (100 * (killed + timedOut)) / all
    return { folder, killed, timedOut, survived, uncovered, score }
  })
}

/** One line for each folder, under a line of headings. */
export function formatFolders(scores: readonly FolderScore[], least: number): readonly string[] {
  const width = Math.max(...scores.map(({ folder }) => folder.length))
  const heading = ['killed', 'timed out', 'survived', 'no coverage', 'score']
  const lines = scores.map(({ folder, killed, timedOut, survived, uncovered, score }) => {
    const cells = [killed, timedOut, survived, uncovered, `${score.toFixed(1)} %`]
    const short = score < least ? `  below ${least} %` : ''
    return renderRow(folder.padEnd(width), cells.map(String), heading) + short
  })
  return [renderRow(' '.repeat(width), heading, heading), ...lines]
}

const renderRow = (first: string, cells: readonly string[], widths: readonly string[]): string =>
  [first, ...cells.map((cell, index) => cell.padStart((widths[index] ?? '').length))].join('  ')

/** Every surviving mutant: its position, and the lines without it and with it. */
export function formatSurvivors(files: MutatedFiles): readonly string[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .toSorted((one, other) => one.location.start.line - other.location.start.line)
      .flatMap(mutant => formatSurvivor(file, source, mutant)),
  )
}

function formatSurvivor(file: string, source: string, mutant: Mutant): readonly string[] {
  const { start, end } = mutant.location
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const before = (lines[0] ?? '').slice(0, start.column - 1)
  const after = (lines.at(-1) ?? '').slice(end.column - 1)
  const changed = `${before}${mutant.replacement ?? ''}${after}`.split('\n')
  const unreached = mutant.status === 'NoCoverage' ? ', no test runs it' : ''
  return [
    `${file}:${start.line} ${mutant.mutatorName}${unreached}`,
    ...lines.map(line => `  - ${line.trim()}`),
    ...changed.map(line => `  + ${line.trim()}`),
  ]
}
