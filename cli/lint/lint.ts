import type { World } from '../../shared/engine/evaluate.ts'
import { UserError } from '../../shared/errors.ts'
import { addImageFacts } from '../../shared/lint/evaluate/add-facts.ts'
import { describeContradiction } from '../../shared/lint/evaluate/contradictions.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import { isFailure } from '../../shared/lint/evaluate/is-failure.ts'
import type { Declaration } from '../../shared/lint/model/declaration.ts'
import type { LintFinding } from '../../shared/lint/model/lint-finding.ts'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { SEVERITIES, type Severity } from '../../shared/rules/rule.ts'
import { describeFileError } from '../input/file-error.ts'
import { findInputs, type Input, type Wanted } from '../input/find-inputs.ts'
import { formatCount } from '../output/counted.ts'
import type { LintFormat } from '../output/formats.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { countFinding, countFindings, createFindingTally, type FindingTally } from '../output/tally.ts'
import type { Writer } from '../output/writer.ts'
import { createContextFinder } from './assembly.ts'
import type { KnownFacts } from './known-facts.ts'
import { createLintWriter } from './lint-writer.ts'
import { readPackerSource } from './packer-source.ts'
import { readText } from './read-text.ts'

/** What UNKNOWN does: it makes the exit code 1, or is listed and counted, or is only counted. */
export type UnknownWay = 'fail' | 'warn' | 'ignore'

export type LintOptions = {
  readonly format: LintFormat
  readonly all: boolean
  readonly failOn: Severity
  readonly unknown: UnknownWay
  /** Of virtguard. */
  readonly version: string
}

type Lint = {
  readonly io: Io
  readonly world: World
  readonly options: LintOptions
  readonly rows: Writer<LintFinding>
  readonly tally: FindingTally
  readonly findContext: ReturnType<typeof createContextFinder>
  readonly known: KnownFacts
  /** Lines of which each is printed once. */
  readonly said: Set<string>
  problems: number
  files: number
  declarations: number
  /** Files of folders that are whole and declare nothing that is known. */
  foreign: number
  fails: boolean
}

const reportProblem = (lint: Lint, text: string): void => {
  lint.problems++
  printLine(lint.io.err, text)
}

const takeFinding = (lint: Lint, finding: LintFinding): void => {
  const { failOn, unknown } = lint.options
  const isUnknown = finding.status === 'UNKNOWN'
  countFinding(lint.tally, finding, failOn)
  if (isFailure(finding, { failOn, unknown: unknown === 'fail' })) lint.fails = true
  if (!isUnknown || unknown !== 'ignore') lint.io.out.write(lint.rows.row(finding))
}

const sayOnce = ({ said, io }: Lint, text: string): void => {
  if (!said.has(text)) printLine(io.err, text)
  said.add(text)
}

/** Reads of AWS what is open, if that was asked for. If it fails, the files are evaluated by what they have. */
const readOpenFacts = async (lint: Lint, declarations: readonly Declaration[]): Promise<void> => {
  try {
    const { lines, problems } = await lint.known.prepare(declarations)
    for (const line of [...lines, ...problems]) sayOnce(lint, line)
    lint.problems += problems.length
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    lint.problems++
    sayOnce(lint, `${error.message}; what is left is evaluated without AWS`)
  }
}

const evaluateOne = (lint: Lint, declared: Declaration, file: string): void => {
  const { declaration, contradictions } = addImageFacts(declared, lint.known.find)
  for (const contradiction of contradictions) sayOnce(lint, `${file}: ${describeContradiction(contradiction)}`)
  const world = { ...lint.world, types: lint.known.types() }
  for (const finding of evaluateDeclaration(declaration, { world, file, all: lint.options.all }))
    takeFinding(lint, finding)
}

const startReading = (input: Input): Promise<string> => {
  const text = readText(input.open())
  // It is reported in the turn of its file.
  text.catch(() => undefined)
  return text
}

/** So many files are read before their turn: else half of the time is waited for the disk. */
const AHEAD = 8

/** A larger one is read in its turn, so that few of them lie in memory. */
const MOST_AHEAD = 1024 * 1024

const isReadAhead = ({ size }: Input): boolean => size !== undefined && size <= MOST_AHEAD

/** The text of each input, in their order. */
function* readAhead(inputs: readonly Input[]): Generator<readonly [Input, Promise<string>]> {
  const started = new Map<Input, Promise<string>>()
  for (const [index, input] of inputs.entries()) {
    for (const next of inputs.slice(index, index + AHEAD))
      if (isReadAhead(next) && !started.has(next)) started.set(next, startReading(next))
    yield [input, started.get(input) ?? startReading(input)]
    // Its text is not kept.
    started.delete(input)
  }
}

type Turn = { readonly input: Input; readonly text: Promise<string>; readonly isNamed: boolean }

const readOne = async (lint: Lint, { input, text: started, isNamed }: Turn): Promise<void> => {
  const context = input.size === undefined ? {} : lint.findContext(input.name)
  const text = await readPackerSource(input.name, await started)
  const reading = readFileText(text, context)
  if ('unreadable' in reading) {
    if (reading.isForeign && !isNamed) lint.foreign++
    else reportProblem(lint, `${input.name}: ${reading.unreadable}`)
    return
  }
  for (const notice of reading.notices ?? []) printLine(lint.io.err, `${input.name}: ${notice}`)
  lint.files++
  lint.declarations += reading.declarations.length
  await readOpenFacts(lint, reading.declarations)
  for (const declaration of reading.declarations) evaluateOne(lint, declaration, input.name)
  await lint.io.out.ready()
}

const tryOne = async (lint: Lint, turn: Turn): Promise<void> => {
  const { input } = turn
  try {
    await readOne(lint, turn)
  } catch (error) {
    const words = error instanceof UserError ? error.message : describeFileError(error)
    if (words === undefined) throw error
    reportProblem(lint, `${input.name}: ${words}`)
  }
}

const SOURCE = 'source of Terraform'

const WANTED: Wanted = {
  explain: (_, name) => {
    if (/\.(tf|tofu)$/i.test(name)) return SOURCE
    return /\.(json|ya?ml|template|pkr\.hcl)$/i.test(name) ? undefined : 'of another kind'
  },
  // What tools put there is no configuration of the user's.
  ignored: /^(\.git|\.terraform|node_modules|asset\.[0-9a-f]{64})$/,
  what: 'templates or plans',
}

const reportSources = (io: Io, count = 0): void => {
  if (count === 0) return
  printLine(
    io.err,
    `${formatCount(count, 'file')} of Terraform source left out: terraform show -json PLAN prints what is read`,
  )
}

// Atlantis searches the output for the word of the last line, which only a run with findings has (docs/lint.md).
const summarize = ({ tally, files, declarations, foreign, options, fails }: Lint): readonly string[] => {
  const levels = [
    ...SEVERITIES.toReversed().flatMap(level => (tally.failed[level] > 0 ? [`${tally.failed[level]} ${level}`] : [])),
    ...(tally.unknown > 0 ? [`${tally.unknown} UNKNOWN${options.unknown === 'ignore' ? ' (not listed)' : ''}`] : []),
    ...(tally.exempt > 0 ? [`${tally.exempt} exempt`] : []),
  ]
  return [
    `${formatCount(declarations, 'declaration')} in ${formatCount(files, 'file')}`,
    [formatCount(countFindings(tally), 'finding'), levels.join(', ')].filter(part => part !== '').join(': '),
    ...(foreign > 0 ? [`${formatCount(foreign, 'file')} left out in folders: in no form that lint knows`] : []),
    ...(tally.unknown > 0 ? ['UNKNOWN is no pass: each says how to learn it'] : []),
    ...(fails ? [`failed: there are findings at or above ${options.failOn}`] : []),
  ]
}

/** Evaluates all that the files under the paths declare. Returns the exit code. */
export const lint = async (
  io: Io,
  paths: readonly string[],
  { world, options, known }: Pick<Lint, 'world' | 'options' | 'known'>,
): Promise<number> => {
  const rows = createLintWriter(options.format, { out: io.out, context: options })
  const tally = createFindingTally()
  const state: Lint = {
    ...{ io, world, options, known, rows, tally, findContext: createContextFinder(), said: new Set<string>() },
    ...{ problems: 0, files: 0, declarations: 0, foreign: 0, fails: false },
  }
  const exitCode = (): number => (state.problems > 0 ? 2 : state.fails ? 1 : 0)
  io.onBrokenPipe(exitCode)
  const { inputs, skipped, problems } = await findInputs(paths, io.stdin, WANTED)
  for (const text of problems) reportProblem(state, text)
  io.out.write(rows.begin)
  for (const [input, text] of readAhead(inputs)) {
    const isNamed = paths.includes(input.name) || input.size === undefined
    await tryOne(state, { input, text, isNamed })
  }
  io.out.write(rows.end())
  reportSources(io, skipped.get(SOURCE))
  for (const line of summarize(state)) printLine(io.err, line)
  return exitCode()
}
