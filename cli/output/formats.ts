export const FORMATS = ['table', 'ndjson', 'json', 'csv'] as const
export type Format = (typeof FORMATS)[number]

/** Findings can also be written as others have them: AWS Security Finding Format, Open Cybersecurity Schema Framework. */
export const FINDING_FORMATS = [...FORMATS, 'asff', 'ocsf'] as const
export type FindingFormat = (typeof FINDING_FORMATS)[number]

/** These formats, and a page for people, which has all findings. */
export const REPORT_FORMATS = [...FINDING_FORMATS, 'html'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** The formats of lint: those of every command, and those that the tools around a pull request read. */
export const LINT_FORMATS = [...FORMATS, 'sarif', 'junit', 'github', 'gitlab', 'markdown'] as const
export type LintFormat = (typeof LINT_FORMATS)[number]
