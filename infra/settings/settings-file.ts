import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UserError } from '../../shared/errors.ts'
import { parseSettings } from '../../shared/settings/load.ts'
import type { DeploymentSettings } from '../../shared/settings/schema.ts'

/** What only a settings file can say: how the stack fits the rules of a company. */
export type Options = Omit<
  DeploymentSettings,
  'version' | 'policy' | 'addresses' | 'subscribers' | 'live' | 'sweepRegions' | 'organization' | 'hook'
>

type Values = Readonly<Record<string, unknown>>

/** Where the value of a `-c` key was written, for what is wrong with it. */
export type Where = (key: string) => string

type Given = { readonly values: Values; readonly where: Where; readonly options?: Options }

/** The key of a settings file for a `-c` key. */
const nameInFile = (key: string): string => (key === 'email' ? 'addresses' : key)

const ofContext: Where = key => `context ${key}`

/**
 * The values of the `-c` keys, of the settings file that they name and of themselves, which are the same settings.
 * Throws UserError if a setting is given in both.
 */
export const readSettingsFile = ({ settings: file, ...values }: Values): Given => {
  if (file === undefined) return { values, where: ofContext }
  if (typeof file !== 'string' || file === '') throw new UserError('context settings: needs a file, -c settings=FILE')
  const text = readTextFile(file, 'context settings:', 'give a settings file, -c settings=FILE')
  const { version, policy, addresses, subscribers, live, sweepRegions, organization, hook, ...options } = parseSettings(
    text,
    file,
  )
  const written: Values = {
    ...(policy !== undefined && { policy: resolve(dirname(file), policy) }),
    ...(addresses !== undefined && { email: addresses.join() }),
    ...(subscribers !== undefined && { subscribers }),
    ...(live !== undefined && { live: live ? 'on' : 'off' }),
    ...(sweepRegions !== undefined && sweepRegions !== 'own' && { sweepRegions: String(sweepRegions) }),
    ...(organization !== undefined && { organization }),
    ...(hook !== undefined && { hook }),
  }
  const twice = Object.keys(written).find(key => values[key] !== undefined)
  if (twice !== undefined)
    throw new UserError(`context ${twice}: is ${nameInFile(twice)} in ${file}, too; give it in one of them`)
  return {
    values: { ...values, ...written },
    where: key => (values[key] === undefined ? `${file} ${nameInFile(key)}` : ofContext(key)),
    ...(Object.keys(options).length > 0 && { options }),
  }
}

/** The text of a file. Throws UserError that begins and ends so. */
export const readTextFile = (file: string, place: string, todo: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error
    throw new UserError(`${place} ${file} cannot be read (${code}); ${todo}`)
  }
}
