import * as z from 'zod/mini'
import { RULES } from '../rules/registry.ts'
import type { Rule } from '../rules/rule.ts'
import { policyFileSchema } from './schema.ts'

const object = (properties: object) => ({ type: 'object', properties })

// What the loader does by building the schema without tags; JSON Schema can say it in one.
const TAGS_NEED_CONSENT = {
  if: { ...object({ allowTagExemptions: { const: true } }), required: ['allowTagExemptions'] },
  else: object({
    exemptions: { type: 'array', items: object({ match: object({ tags: false }) }) },
  }),
}

/** The JSON Schema (draft 7) of the policy file, for editors: made from what `parsePolicy` checks with. */
export const policyJsonSchema = (): Readonly<Record<string, unknown>> => jsonSchemaFor(RULES)

/** The same for a list of rules. */
export const jsonSchemaFor = (rules: readonly Rule[]): Readonly<Record<string, unknown>> => {
  const { $schema, ...rest } = z.toJSONSchema(policyFileSchema(rules, true), { io: 'input', target: 'draft-7' })
  return {
    $schema,
    title: 'virtguard policy',
    description: 'What virtguard checks, what it does about it, and what is exempt.',
    ...rest,
    ...TAGS_NEED_CONSENT,
  }
}
