import { isAbsolute, relative } from 'node:path'
import type { LintFinding } from '../../shared/lint/model/lint-finding.ts'
import { renderGithub } from '../../shared/lint/outputs/github.ts'
import { renderGitlab } from '../../shared/lint/outputs/gitlab.ts'
import { renderJunit } from '../../shared/lint/outputs/junit.ts'
import { renderMarkdown } from '../../shared/lint/outputs/markdown.ts'
import type { OutputContext, RenderFindings } from '../../shared/lint/outputs/output.ts'
import { renderSarif } from '../../shared/lint/outputs/sarif.ts'
import type { Format, LintFormat } from '../output/formats.ts'
import type { Output } from '../output/io.ts'
import { createWriter, type Writer } from '../output/writer.ts'
import { createLintLayout } from './lint-layout.ts'

const RENDERERS = {
  sarif: renderSarif,
  junit: renderJunit,
  github: renderGithub,
  gitlab: renderGitlab,
  markdown: renderMarkdown,
} satisfies Readonly<Record<Exclude<LintFormat, Format>, RenderFindings>>

const isRendered = (format: LintFormat): format is keyof typeof RENDERERS => Object.hasOwn(RENDERERS, format)

/** Whoever reads these formats knows files by their paths in the repository, in whose root lint is run. */
const placeInRepository = (finding: LintFinding): LintFinding => {
  const { file, address } = finding.place
  const path = isAbsolute(file) ? relative('', file) : file
  if (path === '' || path.startsWith('..')) return finding
  return { ...finding, id: `${finding.rule}/${path}/${address}`, place: { ...finding.place, file: path } }
}

type Writing = { readonly out: Output; readonly context: OutputContext }

/** Writes findings in any format. Those of others need all findings before the first character. */
export const createLintWriter = (format: LintFormat, { out, context }: Writing): Writer<LintFinding> => {
  if (!isRendered(format)) return createWriter(format, createLintLayout(out))
  const findings: LintFinding[] = []
  return {
    begin: '',
    row: finding => {
      findings.push(placeInRepository(finding))
      return ''
    },
    end: () => RENDERERS[format](findings, context),
  }
}
