import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { UserError } from '../../shared/errors.ts'
import { type Output, runProgram } from '../run-program.ts'
import { install } from './install.ts'
import { formatFolders, formatSurvivors, readReport, scoreFolders } from './results.ts'

type Options = { readonly incremental?: true; readonly least: number }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PLACE = path.join(ROOT, '.local/mutation')
const REPORT = path.join(PLACE, 'report.json')
const MEMORY = path.join(PLACE, 'incremental.json')
const CONFIG = path.join(PLACE, 'stryker.json')

/** The folders in which a mistake breaks a promise. */
const FOLDERS = [
  'shared/engine',
  'shared/ledger',
  'shared/aws/ledger',
  'shared/policy',
  'shared/routing',
  'functions/enforce',
  'functions/confirm',
  'functions/notify',
]

const HELP = `
Without arguments: ${FOLDERS.join(', ')}.

Examples:
  npm run mutation -- shared/policy functions/notify
  npm run mutation -- shared/engine/decide.ts
  npm run mutation -- --incremental shared/policy    keeps what was found where neither the source nor its tests changed

A mutant that no test can kill is named in the source, with its reason:
  // Stryker disable next-line EqualityOperator: both ends are the same second`

/** Runs one command line; 0 every folder has enough, 1 one has not, 2 the user's mistake (one line). */
export async function run(args: readonly string[], output: Output): Promise<number> {
  let exitCode = 0
  const program = new Command('mutation')
    .description('Put mistakes into the code, one at a time, and list those that no small test notices.')
    .argument('[FOLDER...]', 'folders or files, from the root of the project')
    .option('--incremental', 'look again only at what changed, or was not killed, since the last run')
    .option('--least <percent>', 'the score that each folder needs', readPercent, 90)
    .exitOverride()
    .configureOutput({ writeOut: text => output.out(text.trimEnd()), writeErr: text => output.err(text.trimEnd()) })
    .addHelpText('after', HELP)
    .action(async (folders: string[], options: Options) => {
      exitCode = await mutate(folders.length > 0 ? folders.map(clean) : FOLDERS, options, output)
    })
  return runProgram(program, args, { err: output.err, answer: () => exitCode })
}

async function mutate(folders: readonly string[], { incremental, least }: Options, output: Output): Promise<number> {
  const missing = folders.find(folder => !existsSync(path.join(ROOT, folder)))
  if (missing) throw new UserError(`${missing}: no such folder or file in the project; give it from the root`)
  const { node, stryker } = await install(ROOT, PLACE, output.out)
  writeConfig(folders)
  rmSync(REPORT, { force: true })
  if (incremental) forgetSurvivors()
  else rmSync(MEMORY, { force: true })
  const signal = await start(node, [stryker, 'run', CONFIG])
  if (signal !== null) throw new UserError(`StrykerJS was ended by ${signal} and found nothing yet; run it again`)
  if (!existsSync(REPORT)) throw new UserError('StrykerJS ended without a report; its own words are above')
  const files = readReport(readFileSync(REPORT, 'utf8'))
  const scores = scoreFolders(files, folders)
  for (const line of [...formatSurvivors(files), '', ...formatFolders(scores, least)]) output.out(line)
  return scores.every(({ score }) => score >= least) ? 0 : 1
}

function writeConfig(folders: readonly string[]): void {
  mkdirSync(PLACE, { recursive: true })
  const config = {
    testRunner: 'core',
    plugins: [path.join(ROOT, 'tools/mutation/runner/plugin.ts')],
    mutate: folders.map(folder => (folder.endsWith('.ts') ? folder : `${folder}/**/*.ts`)),
    coverageAnalysis: 'perTest',
    concurrency: 1,
    incremental: true,
    incrementalFile: MEMORY,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: REPORT },
    tempDirName: path.relative(ROOT, path.join(PLACE, 'sandbox')),
    cleanTempDir: 'always',
    // Built or installed files are not part of the copy that Stryker works on.
    ignorePatterns: ['.local', '.build', '.venv', 'dist', 'cdk.out', 'docs/pictures'],
    // Stryker reads this file with a TypeScript that is not the project's, for other runners.
    tsconfigFile: '.local/none.json',
    disableTypeChecks: false,
    warnings: { slow: false },
    timeoutMS: 20_000,
    timeoutFactor: 10,
    dryRunTimeoutMinutes: 60,
  }
  writeFileSync(CONFIG, JSON.stringify(config, null, 2))
}

/** New tests may kill survivors. Stryker would try such a mutant again only if a test that reached it changed. */
function forgetSurvivors(): void {
  if (!existsSync(MEMORY)) return
  const memory: { files: Record<string, { mutants: { status: string }[] }> } = JSON.parse(readFileSync(MEMORY, 'utf8'))
  for (const file of Object.values(memory.files))
    file.mutants = file.mutants.filter(({ status }) => status !== 'Survived' && status !== 'NoCoverage')
  writeFileSync(MEMORY, JSON.stringify(memory))
}

/** Ends with the signal that ended the program, if one did. */
function start(node: string, args: readonly string[]): Promise<NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: ROOT, stdio: 'inherit' })
    // The terminal sends Ctrl-C to both. The child cleans up and decides when to end.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'))
    child.on('error', reject)
    child.on('exit', (_, signal) => resolve(signal))
  })
}

function readPercent(text: string): number {
  const percent = Number(text)
  if (!(percent >= 0 && percent <= 100)) throw new InvalidArgumentError('a number from 0 to 100 is needed.')
  return percent
}

const clean = (folder: string): string => path.posix.normalize(folder).replace(/\/$/, '')
