import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { UserError } from '../../shared/errors.ts'

// In dist, where the build puts the command line, and in cli/report of the sources.
const PLACES = ['./report.html', '../../dist/report.html']

/** The built app, which `npm run build` makes beside the command line. Throws UserError if it was not built. */
export const readPage = async (): Promise<string> => {
  for (const place of PLACES) {
    const page = await readFile(fileURLToPath(new URL(place, import.meta.url)), 'utf8').catch(() => undefined)
    if (page !== undefined) return page
  }
  throw new UserError('the page of the report is not built; run npm run build, with the development packages installed')
}
