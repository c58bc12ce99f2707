import { ruleById } from '../rules/registry.ts'

/** What AWS itself says about the subject of a rule. */
export const awsPageOf = (rule: string): string | undefined => ruleById(rule)?.awsPage
