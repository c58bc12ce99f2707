import { SEVERITIES } from '../../rules/rule.ts'
import { toPlainText } from '../../text/untrusted.ts'
import type { LintFinding } from '../model/lint-finding.ts'
import { describePlace, isReported, type OutputContext, type RenderFindings, toRepositoryPath } from './output.ts'

// A step may have so many of each kind (GitHub docs, "Limits of annotations").
const MOST_OF_A_KIND = 10

type Kind = 'error' | 'warning' | 'notice'

const escapeData = (text: string): string => toPlainText(text).replaceAll('%', '%25')
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

const getKind = ({ status, severity }: LintFinding, { failOn }: OutputContext): Kind => {
  if (status !== 'FAILED') return 'notice'
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(failOn) ? 'error' : 'warning'
}

const renderAnnotation = (kind: Kind, { place, rule, message }: LintFinding): string => {
  const properties = {
    file: toRepositoryPath(place.file),
    ...(place.line !== undefined && { line: String(place.line) }),
    title: `${rule}: ${place.address}`,
  }
  const written = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`)
  return `::${kind} ${written.join(',')}::${escapeData(message)}`
}

// A line that begins with a colon could be a command.
const renderPlain = (kind: Kind, finding: LintFinding): string =>
  `${kind} ${finding.rule} ${toPlainText(describePlace(finding))}: ${toPlainText(finding.message)}`

/** Annotations of a GitHub workflow. Those beyond the limit of a step are plain lines of its log. */
export const renderGithub: RenderFindings = (findings, context) => {
  const counts = { error: 0, warning: 0, notice: 0 }
  return findings
    .filter(isReported)
    .map(finding => {
      const kind = getKind(finding, context)
      counts[kind]++
      const render = counts[kind] <= MOST_OF_A_KIND ? renderAnnotation : renderPlain
      return `${render(kind, finding)}\n`
    })
    .join('')
}
