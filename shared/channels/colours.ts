import type { Severity } from '../rules/rule.ts'

/** The colour of each severity, wherever a channel shows one: told apart also by those who see red and green alike. */
export const COLOURS: Readonly<Record<Severity, string>> = {
  CRITICAL: '#7a0916',
  HIGH: '#d1242f',
  MEDIUM: '#e8912d',
  LOW: '#2f81f7',
  INFORMATIONAL: '#8b949e',
}

/** Of what needs nothing any more. */
export const SETTLED = '#2da44e'
