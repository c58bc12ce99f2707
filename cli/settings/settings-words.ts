import { readFile } from 'node:fs/promises'
import { readSettingsFrom, type Settings } from '../../infra/settings/context.ts'
import { describeNetwork } from '../../infra/settings/endpoints.ts'
import { listWarnings } from '../../infra/settings/warnings.ts'
import { UserError } from '../../shared/errors.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { describeFileError } from '../input/file-error.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'

/**
 * The settings in a file, checked as a deployment checks them, with every warning for their author on standard error. Throws
 * UserError, one line for each mistake.
 */
export const readSettings = async (io: Io, file: string): Promise<Settings> => {
  await checkReadable(file)
  const settings = readSettingsFrom({ settings: file })
  for (const { text } of listWarnings(settings)) printLine(io.err, `warning: ${text}`)
  return settings
}

const checkReadable = async (file: string): Promise<void> => {
  try {
    await readFile(file)
  } catch (error) {
    const words = describeFileError(error)
    if (words === undefined) throw error
    throw new UserError(`${file}: ${words}`)
  }
}

const describeMode = ({ policy: { rules } }: Settings): string => {
  const enforced = Object.keys(rules).filter(id => rules[id]?.mode === 'enforce')
  return enforced.length === 0 ? 'no rule enforces' : `enforce: ${enforced.join(', ')}`
}

/** Valid settings: what is deployed, in a line, and in another what its VPC has to have. */
export const describeSettings = (file: string, settings: Settings): readonly string[] => {
  const { emails, options = {} } = settings
  const network = describeNetwork(settings)
  const parts = [
    describeMode(settings),
    `${emails.length} address${emails.length === 1 ? '' : 'es'}`,
    ...Object.keys(options),
  ]
  const name = toPlainText(file)
  return [`${name}: valid; ${parts.join('; ')}`, ...(network === undefined ? [] : [`${name} vpc: ${network}`])]
}
