import type { Finding } from '../../shared/engine/finding.ts'

/** A launch of a thousand instances is one line of the log for each rule, not thousands. */
export const countByRule = (
  findings: readonly Finding[],
  countFindings: (rule: string, count: number) => void,
): void => {
  const byRule = new Map<string, number>()
  for (const { rule } of findings) byRule.set(rule, (byRule.get(rule) ?? 0) + 1)
  for (const [rule, count] of byRule) countFindings(rule, count)
}
