import { UserError } from '../errors.ts'
import { readYaml } from '../policy/document.ts'
import { explainAll } from '../policy/explain.ts'
import { formatProblems, type Problem } from '../policy/problem.ts'
import { type DeploymentSettings, SETTINGS_SCHEMA } from './schema.ts'

const MAX_LENGTH = 65_536

/** The settings in a YAML or JSON text. Throws UserError with a line `NAME:LINE:COL key: what is wrong; what to do` for each problem. */
export const parseSettings = (text: string, name: string): DeploymentSettings => {
  if (text.length > MAX_LENGTH) throw new UserError(`${name}: is larger than 64 KiB; settings have one or two`)
  const document = readYaml(text, 'deployment')
  const { data } = document
  const fail = (problems: readonly Problem[]): never => {
    throw new UserError(formatProblems(name, problems, document.positionOf))
  }
  if (document.problems.length > 0) return fail(document.problems)
  if (data === undefined) return fail([{ offset: 0, path: [], text: 'is empty; write at least version: 1' }])
  const result = SETTINGS_SCHEMA.safeParse(data)
  if (result.success) return result.data
  const about = { schema: SETTINGS_SCHEMA, data, sourceOf: document.sourceOf }
  const explained = explainAll(result.error.issues, about)
  return fail(explained.map(({ path, text: what }) => ({ path, text: what, offset: document.offsetOf(path) })))
}
