import { UserError } from '../../shared/errors.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import type { Io } from '../output/io.ts'

const ANSWER_LENGTH = 1000

const readAnswer = async (io: Io): Promise<string> => {
  let answer = ''
  for await (const piece of io.stdin) {
    answer += piece.toString('utf8')
    if (answer.includes('\n') || answer.length > ANSWER_LENGTH) break
  }
  return answer.trim().toLowerCase()
}

/** Asks the user at a terminal. Throws UserError if nobody can answer, and --yes was not given. */
export const askConfirmation = async (io: Io, question: string, yes: boolean): Promise<boolean> => {
  if (yes) return true
  if (io.stdin.isTTY !== true)
    throw new UserError(`${question} There is no terminal to answer on; give --yes if you mean it`)
  io.err.write(`virtguard: ${toPlainText(question)} [y/N] `)
  return ['y', 'yes'].includes(await readAnswer(io))
}
