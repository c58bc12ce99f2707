import { toPlainText } from '../../text/untrusted.ts'
import type { LintFinding } from '../model/lint-finding.ts'
import { describePlace, type RenderFindings, toRepositoryPath } from './output.ts'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

// Two characters are none of XML, though nothing makes them invisible.
const escapeXml = (text: string): string =>
  toPlainText(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, sign => ENTITIES[sign] ?? sign)

const renderOutcome = (finding: LintFinding): string => {
  const { status, severity, exemption, message } = finding
  if (exemption !== undefined) return `<skipped message="${escapeXml(`exempt: ${exemption.reason}`)}"/>`
  if (status === 'UNKNOWN') return `<skipped message="${escapeXml(message)}"/>`
  if (status === 'PASSED') return ''
  return `<failure type="${severity}" message="${escapeXml(message)}">${escapeXml(describePlace(finding))}</failure>`
}

const renderCase = (finding: LintFinding): string =>
  `<testcase classname="${escapeXml(finding.place.address)}" name="${escapeXml(finding.rule)}">${renderOutcome(finding)}</testcase>\n`

const renderSuite = ([file, findings]: readonly [string, readonly LintFinding[]]): string => {
  const outcomes = findings.map(renderOutcome)
  const failures = outcomes.filter(outcome => outcome.startsWith('<failure')).length
  const skipped = outcomes.filter(outcome => outcome.startsWith('<skipped')).length
  const head = `<testsuite name="${escapeXml(file)}" tests="${findings.length}" failures="${failures}" errors="0" skipped="${skipped}">`
  return `${head}\n${findings.map(renderCase).join('')}</testsuite>\n`
}

/** JUnit XML: a suite for each file, a case for each finding. UNKNOWN and what is exempt are skipped. */
export const renderJunit: RenderFindings = findings => {
  const suites = new Map<string, LintFinding[]>()
  for (const finding of findings) {
    const file = toRepositoryPath(finding.place.file)
    const suite = suites.get(file)
    if (suite === undefined) suites.set(file, [finding])
    else suite.push(finding)
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="virtguard">\n${[...suites].map(renderSuite).join('')}</testsuites>\n`
}
