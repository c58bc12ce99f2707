import { InvalidArgumentError, Option } from 'commander'
import {
  FORMATS,
  type Format,
  LINT_FORMATS,
  type LintFormat,
  REPORT_FORMATS,
  type ReportFormat,
} from '../output/formats.ts'

export const formatOption = (usual: string, formats: readonly string[] = FORMATS): Option =>
  new Option('--format <format>', `how to write it (default: ${usual})`).choices(formats)

const findFormat = <T extends string>(formats: readonly T[], asked: unknown): T | undefined =>
  formats.find(format => format === asked)

/** The format that was asked for, else the usual one. */
export const formatOf = (asked: unknown, usual: Format): Format => findFormat(FORMATS, asked) ?? usual

/** The same for findings, which have more formats. */
export const reportFormatOf = (asked: unknown, usual: Format): ReportFormat =>
  findFormat(REPORT_FORMATS, asked) ?? usual

/** The same for lint. */
export const lintFormatOf = (asked: unknown, usual: Format): LintFormat => findFormat(LINT_FORMATS, asked) ?? usual

/** A date or time of ISO 8601. */
export const parseDate = (text: string): Date => {
  const date = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('Write it as 2027-01-31 or 2027-01-31T12:00:00Z.')
  }
  return date
}

export const collect = (value: string, values: readonly string[] = []): readonly string[] => [...values, value]

/** The examples at the foot of a command's help. */
export const formatExamples = (...lines: readonly string[]): string =>
  `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map(line => `  ${line}\n`).join('')}`
