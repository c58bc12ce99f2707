import { readFile, stat } from 'node:fs/promises'
import { UserError } from '../../shared/errors.ts'
import { resolveAccountPolicy } from '../../shared/organization/account-policy.ts'
import { type Account, type Directory, describeAge, readDirectory } from '../../shared/organization/directory.ts'
import { findUnknownOus } from '../../shared/organization/unknown-ous.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { formatPathText } from '../../shared/policy/problem.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { describeFileError } from '../input/file-error.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'

const EXAMPLE = 'write one with: aws organizations list-accounts > accounts.json'

/** The directory in a file, as old as the file. Throws UserError, one line. */
const readAccounts = async (file: string): Promise<Directory> => {
  const fail = (what: string): never => {
    throw new UserError(`${file}: ${what}; ${EXAMPLE}`)
  }
  try {
    const [text, { mtime }] = [await readFile(file, 'utf8'), await stat(file)]
    return readDirectory(JSON.parse(text), mtime.toISOString())
  } catch (error) {
    if (error instanceof SyntaxError) return fail('is no JSON')
    if (error instanceof UserError) return fail(error.message)
    const words = describeFileError(error)
    if (words === undefined) throw error
    throw new UserError(`${file}: ${words}`)
  }
}

const listRulesIn = ({ rules }: Policy, mode: string): readonly string[] =>
  Object.keys(rules).filter(id => rules[id]?.mode === mode)

/** One line: whether the account is guarded, and by which rules. */
const describeAccount = ({ id, name, state }: Account, policy: Policy, directory: Directory): string => {
  const resolved = resolveAccountPolicy(policy, id, directory)
  const modes = (['enforce', 'observe'] as const).flatMap(mode => {
    const rules = listRulesIn(resolved.policy, mode)
    return rules.length === 0 ? [] : [`${mode}: ${rules.join(', ')}`]
  })
  const who = name === undefined ? id : `${id} ${toPlainText(name)}`
  const inactive = state === undefined || state === 'ACTIVE' ? [] : [state]
  return `${who}: ${[resolved.guarding, ...inactive, ...modes].join('; ')}`
}

/**
 * Writes what a policy means for each account of a directory, with a warning for each OU that has none of them, and for a directory
 * that is old. Throws UserError if the file is none.
 */
export const printAccounts = async (
  io: Io,
  { file, policy, policyFile }: { readonly file: string; readonly policy: Policy; readonly policyFile: string },
): Promise<void> => {
  const directory = await readAccounts(file)
  const age = describeAge(directory, io.now())
  if (age !== undefined) printLine(io.err, `warning: ${file}: ${age}`)
  for (const { path, text } of findUnknownOus(policy, directory))
    printLine(io.err, `warning: ${policyFile} ${formatPathText(path)}: ${text}`)
  for (const account of directory.accounts.values()) io.out.write(`${describeAccount(account, policy, directory)}\n`)
}
