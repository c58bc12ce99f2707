import { readFileSync } from 'node:fs'
import * as z from 'zod/mini'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { World } from '../../shared/engine/evaluate.ts'
import { UserError } from '../../shared/errors.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { readFactsFile } from '../../shared/images/facts-file.ts'
import type { FindImage } from '../../shared/lint/evaluate/add-facts.ts'
import { LEAST_SEVERITY } from '../../shared/lint/evaluate/is-failure.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import { SEVERITIES } from '../../shared/rules/rule.ts'
import { describeFileError } from '../input/file-error.ts'
import type { VirtguardValidationOptions } from './published.d.cts'

const path = z.string().check(z.minLength(1))

// Whoever writes JavaScript has no compiler that names a misspelt key.
const optionsSchema = z.strictObject({
  policy: z.optional(path),
  facts: z.optional(z.union([path, z.array(path)])),
  unknown: z._default(z.enum(['fail', 'warn', 'ignore']), 'warn'),
  failOn: z._default(z.enum(SEVERITIES), LEAST_SEVERITY),
})

export type Settings = Pick<z.output<typeof optionsSchema>, 'unknown' | 'failOn'> & {
  readonly world: World
  readonly findImage: FindImage
  /** Of which account and Region the facts of each image are. */
  readonly places: ReadonlyMap<string, AccountRegion>
}

const explainOptions = (issue: z.core.$ZodIssue | undefined): string => {
  if (issue?.code === 'unrecognized_keys') return `there is no option ${issue.keys[0] ?? ''}`
  return `the option ${issue?.path.join('.') || ''} has a value that it does not take`
}

const readText = <T>(file: string, read: (text: string) => T): T => {
  try {
    return read(readFileSync(file, 'utf8'))
  } catch (error) {
    const words = describeFileError(error)
    if (words === undefined) throw error
    throw new UserError(`${file}: ${words}`)
  }
}

const readFacts = (file: string) =>
  readText(file, text => {
    try {
      return readFactsFile(text)
    } catch (error) {
      throw error instanceof UserError ? new UserError(`${file}: ${error.message}`) : error
    }
  })

/** What the options say, with the files that they name. Throws UserError. */
export const readSettings = (options: VirtguardValidationOptions): Settings => {
  const read = optionsSchema.safeParse(options)
  if (!read.success)
    throw new UserError(
      `${explainOptions(read.error.issues[0])}; the options are policy, facts, unknown (fail, warn, ignore) and failOn (${SEVERITIES.join(', ')})`,
    )
  const { policy: file, facts = [], unknown, failOn } = read.data
  const policy = file === undefined ? DEFAULT_POLICY : readText(file, text => parsePolicy(text, file))
  const files = [facts].flat().map(readFacts)
  const images = new Map(files.flatMap(one => [...one.images]))
  return {
    ...{ unknown, failOn, world: { policy, types: loadCatalogue(), now: new Date() } },
    places: new Map(files.flatMap(one => [...one.places])),
    findImage: id => {
      const known = images.get(id)
      return known === undefined ? undefined : { facts: known, source: 'cache' }
    },
  }
}
