import { Command, CommanderError } from 'commander'
import pkg from '../package.json' with { type: 'json' }
import { UserError } from '../shared/errors.ts'
import { addAccounts } from './commands/accounts.ts'
import { addCheck } from './commands/check.ts'
import { addExplain } from './commands/explain.ts'
import { addFindings } from './commands/findings.ts'
import { addGuardrails } from './commands/guardrails.ts'
import { addImages } from './commands/images.ts'
import { addLint } from './commands/lint.ts'
import { addNotify } from './commands/notify.ts'
import { formatExamples } from './commands/options.ts'
import { addPackage } from './commands/package.ts'
import { addPolicy } from './commands/policy.ts'
import { addRedrive } from './commands/redrive.ts'
import { addReplay } from './commands/replay.ts'
import { addRules } from './commands/rules.ts'
import { addScan } from './commands/scan.ts'
import { addSettings } from './commands/settings.ts'
import { addSpokes } from './commands/spokes.ts'
import { addStops } from './commands/stops.ts'
import { addSweep } from './commands/sweep.ts'
import type { Io } from './output/io.ts'
import { printLine, printLines } from './output/report-error.ts'

const MISTAKE = 2

// Commander puts its suggestion on a second line, and starts with "error:".
const toOneLine = (text: string): string =>
  text
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
    .replace(/\.$/, '')

/** The command as it is written, with those above it. */
const namePath = (command: Command): string =>
  command.parent === null ? command.name() : `${namePath(command.parent)} ${command.name()}`

const configureCommand = (command: Command, io: Io): void => {
  command.exitOverride().configureOutput({
    writeOut: text => io.out.write(text),
    writeErr: text => io.err.write(text),
    outputError: text => {
      printLine(io.err, `${toOneLine(text)}; see ${namePath(command)} --help`)
    },
    getOutHelpWidth: () => io.out.columns,
    getErrHelpWidth: () => io.err.columns,
  })
  for (const child of command.commands) configureCommand(child, io)
}

const createProgram = (io: Io, done: (exitCode: number) => void): Command => {
  const program = new Command('virtguard')
    .description('Guards EC2 launches: finds paravirtual instances, and images that do not fit their instance type.')
    .version(pkg.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    // Options after a command belong to it, even if the command above has an option of that name.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      formatExamples(
        'virtguard replay AWSLogs/',
        'virtguard scan --all-regions',
        'virtguard check --image-id ami-0abcdef1234567890 --instance-type m7i.large',
        'virtguard rules paravirtual-instance',
      ),
    )
  addReplay(program, io, done)
  addCheck(program, io, done)
  addLint(program, io, done)
  addImages(program, io, done)
  addGuardrails(program, io, done)
  addScan(program, io, done)
  addExplain(program, io, done)
  addRules(program, io, done)
  addPolicy(program, io, done)
  addSettings(program, io, done)
  addPackage(program, io, done)
  addSpokes(program, io, done)
  addAccounts(program, io, done)
  addFindings(program, io, done)
  addStops(program, io, done)
  addNotify(program, io, done)
  addSweep(program, io, done)
  addRedrive(program, io, done)
  configureCommand(program, io)
  return program
}

/** Runs one command line. Returns 0 if nothing failed, 1 for findings, 2 for a mistake or unreadable input. */
export const run = async (args: readonly string[], io: Io): Promise<number> => {
  let exitCode = 0
  const program = createProgram(io, code => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISTAKE
    if (!(error instanceof UserError)) throw error
    printLines(io.err, error.message)
    return MISTAKE
  }
}
