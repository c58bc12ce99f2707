import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findPython, prepareEnvironment } from '../../local/python.ts'
import { ROOT } from '../../local/root.ts'
import { UserError } from '../../shared/errors.ts'
import type { Progress } from '../progress.ts'
import type { Node } from '../sides.ts'
import { computePairedRatios, computeSpread, type Spread } from '../statistics.ts'
import { buildCommand, type Ended, runWatched } from '../watched.ts'
import { generateLintFiles, type LintFiles } from './generate.ts'

/** One program beside lint, on the same files. Seconds of the whole process; theirs / ours, round by round. */
export type LintRow = {
  readonly name: string
  readonly files: number
  readonly ours: Spread
  readonly theirs: Spread
  readonly ratio: Spread
}

export type LintCost = {
  readonly files: LintFiles
  readonly ours: Spread
  /** Empty without Python. */
  readonly rows: readonly LintRow[]
  /** The most memory for the large plan, in MB. */
  readonly peakMb: number | undefined
}

type Options = { readonly node: Node; readonly folder: string; readonly quick: boolean; readonly rounds: number }

const ENV = { PATH: process.env['PATH'] ?? '' }

/** cfn-lint and Checkov, which the tests of compliance install. Undefined without Python. */
async function findPrograms(say: (line: string) => void): Promise<string | undefined> {
  try {
    findPython()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    say(`cfn-lint and Checkov are not measured: ${error.message}`)
    return undefined
  }
  const python = await prepareEnvironment({
    folder: join(ROOT, '.venv', 'compliance'),
    requirements: join(ROOT, 'test', 'compliance', 'requirements.txt'),
    modules: ['checkov', 'cfnlint'],
    what: 'cfn-lint and Checkov',
    say,
    env: { ...process.env, PIP_NO_COMPILE: '1' },
  })
  return dirname(python)
}

type Program = {
  readonly name: string
  readonly files: number
  readonly path: string
  readonly run: () => Promise<Ended>
}

// cfn-lint ends with the sum of 2, 4 and 8 for errors, warnings and remarks.
const CFN_LINT_CODES = [0, 2, 4, 6, 8, 10, 12, 14]

function listPrograms(bin: string, { folder, templates, files }: LintFiles): readonly Program[] {
  const checkov = ['-d', folder, '--framework', 'cloudformation', 'terraform_plan']
  return [
    {
      name: 'cfn-lint',
      files: files / 2,
      path: templates,
      run: () =>
        runWatched(
          { command: join(bin, 'cfn-lint'), args: ['--format', 'json', join(templates, '*.yaml')], env: ENV },
          { codes: CFN_LINT_CODES },
        ),
    },
    {
      name: 'Checkov',
      files,
      path: folder,
      run: () =>
        runWatched(
          {
            command: join(bin, 'checkov'),
            args: [...checkov, '--output', 'json', '--compact', '--quiet', '--skip-download'],
            env: ENV,
          },
          { codes: [0, 1] },
        ),
    },
  ]
}

/** Lints generated templates and plans, in turn with cfn-lint and Checkov, which check other things; and a large plan. */
export async function measureLintCost({ node, folder, quick, rounds }: Options, progress: Progress): Promise<LintCost> {
  buildCommand()
  progress.step('writing templates and plans')
  const files = generateLintFiles(join(folder, 'lint'), quick ? 20 : 100, quick ? 10e6 : 50e6)
  const lint = (path: string): Promise<Ended> => {
    const args = [join(ROOT, 'cli', 'virtguard.mjs'), 'lint', path, '--format', 'ndjson']
    return runWatched({ command: node.path, args, env: ENV }, { codes: [1] })
  }
  try {
    const bin = await findPrograms(progress.say)
    const programs = bin === undefined ? [] : listPrograms(bin, files)
    const own: Ended[] = []
    const measured = programs.map(program => ({ program, ours: [] as Ended[], theirs: [] as Ended[] }))
    for (let round = 1; round <= rounds; round += 1) {
      progress.step(`round ${round} of ${rounds}`, round / rounds)
      own.push(await lint(files.folder))
      for (const { program, ours, theirs } of measured) {
        ours.push(await lint(program.path))
        theirs.push(await program.run())
      }
    }
    progress.step('a large plan')
    const { peakMb } = await lint(files.large)
    return { files, ours: spreadOf(own), rows: measured.map(toRow), peakMb }
  } finally {
    rmSync(join(folder, 'lint'), { recursive: true, force: true })
  }
}

const listSeconds = (runs: readonly Ended[]): readonly number[] => runs.map(({ seconds }) => seconds)

const spreadOf = (runs: readonly Ended[]): Spread => computeSpread(listSeconds(runs))

type Measured = { readonly program: Program; readonly ours: readonly Ended[]; readonly theirs: readonly Ended[] }

const toRow = ({ program, ours, theirs }: Measured): LintRow => ({
  name: program.name,
  files: program.files,
  ours: spreadOf(ours),
  theirs: spreadOf(theirs),
  ratio: computeSpread(computePairedRatios(listSeconds(theirs), listSeconds(ours))),
})
