import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../shared/errors.ts'
import { parsePolicy } from '../shared/policy/load.ts'

export const HELP = `npm start -- [--policy FILE] [--keep] [--help]

Shows virtguard at work on this machine, without an AWS account: deploys the
real stack on emulators of AWS, launches instances, prints each alert as it
arrives, and stops an instance that the policy does not want.

  --policy FILE   deploy this policy instead of local/show-policy.yaml
  --keep          leave the local cloud up at the end, and say how to use it
  --help          print this

Examples: npm start -- --keep
          npm start -- --policy docs/policy.example.yaml`

export type Options = { readonly keep: boolean; readonly help: boolean; readonly policy?: string }

/** Throws a UserError for an option that is not known, and for a policy that cannot be read or is not valid. */
export function readOptions(args: readonly string[], folder = findCallerFolder()): Options {
  const { policy, ...flags } = parseJson(args)
  return policy === undefined ? flags : { ...flags, policy: checkPolicyFile(path.resolve(folder, policy), policy) }
}

/** npm starts its scripts in the folder of the project, and passes the folder in which it was called. */
const findCallerFolder = () => process.env['INIT_CWD'] ?? process.cwd()

function checkPolicyFile(file: string, name: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error
    throw new UserError(`${name} cannot be read (${code}); give a policy file`)
  }
  parsePolicy(text, name)
  return file
}

function parseJson(args: readonly string[]) {
  try {
    const options = {
      policy: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    const first = error instanceof Error ? error.message.split(/[.\n]/)[0] : `${error}`
    throw new UserError(`${first}; npm start -- --help says what there is`)
  }
}
