import * as z from 'zod/mini'
import { RULES } from '../rules/registry.ts'
import type { Rule } from '../rules/rule.ts'
import { createPolicyFileSchema } from './schema.ts'

const describeObject = (properties: object) => ({ type: 'object', properties })

// The loader builds the schema without tags for this; JSON Schema can express it in one.
const TAGS_NEED_CONSENT = {
  if: { ...describeObject({ allowTagExemptions: { const: true } }), required: ['allowTagExemptions'] },
  else: describeObject({
    exemptions: { type: 'array', items: describeObject({ match: describeObject({ tags: false }) }) },
  }),
}

/** The JSON Schema (draft 7) of the policy file, for editors: made from the checks of `parsePolicy`. */
export const buildPolicyJsonSchema = (): Readonly<Record<string, unknown>> => buildJsonSchema(RULES)

/** The same for a list of rules. */
export const buildJsonSchema = (rules: readonly Rule[]): Readonly<Record<string, unknown>> => {
  const { $schema, ...rest } = z.toJSONSchema(createPolicyFileSchema(rules, true), { io: 'input', target: 'draft-7' })
  return {
    $schema,
    title: 'virtguard policy',
    description: 'What virtguard checks, what it does about it, and what is exempt.',
    ...rest,
    ...TAGS_NEED_CONSENT,
  }
}
