import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { UserError } from '../../shared/errors.ts'

// In dist, where the build puts the command line, and in cli/package of the sources.
const PLACES = ['./functions', '../../dist/functions']

/** The folder with the code of the functions, which `npm run build` makes. Throws UserError if it was not built. */
export const findFunctions = async (): Promise<string> => {
  for (const place of PLACES) {
    const folder = fileURLToPath(new URL(place, import.meta.url))
    const names: readonly string[] = await readdir(folder).catch(() => [])
    if (names.includes('evaluate')) return folder
  }
  throw new UserError('the functions are not built; run npm run build, with the development packages installed')
}
