import type { Severity } from '../../rules/rule.ts'
import type { LintFinding } from '../model/lint-finding.ts'

/** What an output format needs to know besides the findings. */
export type OutputContext = {
  /** Of virtguard. */
  readonly version: string
  /** The lowest severity that makes the exit code 1. */
  readonly failOn: Severity
}

/** Writes findings as one text in the form of others. Pure. */
export type RenderFindings = (findings: readonly LintFinding[], context: OutputContext) => string

/** The path of a file as a repository writes it: with slashes, and without `./`. */
export const toRepositoryPath = (file: string): string => file.replaceAll('\\', '/').replace(/^(\.\/)+/, '')

/** The place of a finding in words: `web.yaml:12 (Web)`. */
export const describePlace = ({ place }: LintFinding): string => {
  const line = place.line === undefined ? '' : `:${place.line}`
  return `${toRepositoryPath(place.file)}${line} (${place.address})`
}

/** Exempt ones are counted elsewhere, and passed ones are no findings. */
export const isReported = ({ status, workflow }: LintFinding): boolean => status !== 'PASSED' && workflow === 'NEW'
