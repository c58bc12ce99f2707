import { type Command, CommanderError } from 'commander'
import { UserError } from '../shared/errors.ts'

export type Output = { readonly out: (line: string) => void; readonly err: (line: string) => void }

/**
 * Runs one command line of a tool, whose exits are overridden. Returns what the command answered, 0 after `--help`, and 2
 * after a mistake of the user, with one line that says what it is. Throws everything else.
 */
export const runProgram = async (
  program: Command,
  args: readonly string[],
  { err, answer }: Pick<Output, 'err'> & { readonly answer: () => number },
): Promise<number> => {
  try {
    await program.parseAsync(args, { from: 'user' })
    return answer()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof UserError)) throw error
    err(`error: ${error.message}`)
    return 2
  }
}
