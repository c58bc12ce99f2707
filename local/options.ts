import { parseArgs } from 'node:util'
import { UserError } from '../shared/errors.ts'

export const HELP = `npm start -- [--keep] [--help]

Shows virtguard at work on this machine, without an AWS account: deploys the
real stack on emulators of AWS, launches instances, and prints each alert as it
arrives.

  --keep   leave the local cloud up at the end, and say how to use it
  --help   print this

Example: npm start -- --keep`

export type Options = { readonly keep: boolean; readonly help: boolean }

/** Throws a UserError for an option that is not known. */
export function readOptions(args: readonly string[]): Options {
  try {
    const options = {
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    } as const
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    const first = error instanceof Error ? error.message.split(/[.\n]/)[0] : `${error}`
    throw new UserError(`${first}; npm start -- --help says what there is`)
  }
}
