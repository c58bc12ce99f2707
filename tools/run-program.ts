import { type Command, CommanderError } from 'commander'
import { UserError } from '../shared/errors.ts'

export type Output = { readonly out: (line: string) => void; readonly err: (line: string) => void }

const OWN_PREFIX = /^error: /

/** What is wrong with the words of a command line: in one line, whatever commander adds. */
const describeMisuse = ({ code, message }: CommanderError, program: Command): string => {
  const extra = program.args.slice(program.registeredArguments.length)
  const what =
    code === 'commander.excessArguments'
      ? `${extra.join(' ')}: nothing is expected there`
      : message.replace(OWN_PREFIX, '').replaceAll(/\s+/g, ' ')
  return `npm run ${program.name()}: ${what}; what there is: npm run ${program.name()} -- --help`
}

/**
 * Runs one command line of a tool, whose exits are overridden. Returns what the command answered, 0 after `--help`, and 2
 * after a mistake of the user, with one line that says what it is. Throws everything else.
 */
export const runProgram = async (
  program: Command,
  args: readonly string[],
  { err, answer }: Pick<Output, 'err'> & { readonly answer: () => number },
): Promise<number> => {
  // Commander would write its own words, of one line or two.
  for (const command of [program, ...program.commands]) command.configureOutput({ outputError: () => {} })
  try {
    await program.parseAsync(args, { from: 'user' })
    return answer()
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0
      err(`error: ${describeMisuse(error, program)}`)
      return 2
    }
    if (!(error instanceof UserError)) throw error
    err(`error: ${error.message}`)
    return 2
  }
}
