import { findRule } from '../rules/registry.ts'

/** AWS's own page about the subject of a rule. */
export const findAwsPage = (rule: string): string | undefined => findRule(rule)?.awsPage
