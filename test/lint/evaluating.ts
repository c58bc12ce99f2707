import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluateDeclaration } from '../../shared/lint/evaluate/evaluate-declaration.ts'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

const world = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: new Date('2026-11-24T08:00:00Z') }

/** The findings of a file; with `all` those that passed too. */
export const findingsOf = (file: unknown, all = false) => {
  const reading = readFileText(typeof file === 'string' ? file : JSON.stringify(file))
  if ('unreadable' in reading) throw new Error(reading.unreadable)
  return reading.declarations.flatMap(declaration => evaluateDeclaration(declaration, { world, file: 'p.json', all }))
}

/** The answers of incompatible-launch, by address. */
export const fitOf = (file: unknown): Record<string, string> =>
  Object.fromEntries(
    findingsOf(file, true).flatMap(({ rule, place, status, reasons }) =>
      rule === 'incompatible-launch' ? [[place.address, [status, ...reasons].join(' ')]] : [],
    ),
  )
