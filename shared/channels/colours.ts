import type { Severity } from '../rules/rule.ts'

/**
 * The colour of each severity in every channel. People who do not distinguish red and green can tell them apart, too.
 */
export const COLOURS: Readonly<Record<Severity, string>> = {
  CRITICAL: '#7a0916',
  HIGH: '#d1242f',
  MEDIUM: '#e8912d',
  LOW: '#2f81f7',
  INFORMATIONAL: '#8b949e',
}

/** The colour of an alert that needs nothing any more. */
export const SETTLED = '#2da44e'
