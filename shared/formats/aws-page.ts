import { findRule } from '../rules/registry.ts'

/** What AWS itself says about the subject of a rule. */
export const findAwsPage = (rule: string): string | undefined => findRule(rule)?.awsPage
