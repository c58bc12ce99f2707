import * as z from 'zod/mini'
import { SETTINGS_SCHEMA } from './schema.ts'

/** The JSON Schema (draft 7) of the settings of a deployment, for editors: made from the checks of `parseSettings`. */
export const buildSettingsJsonSchema = (): Readonly<Record<string, unknown>> => {
  const { $schema, ...rest } = z.toJSONSchema(SETTINGS_SCHEMA, { io: 'input', target: 'draft-7' })
  return {
    $schema,
    title: 'virtguard settings',
    description: 'How virtguard is deployed: what most want if a key is left out.',
    ...rest,
  }
}
