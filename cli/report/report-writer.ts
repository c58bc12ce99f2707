import { gzipSync } from 'node:zlib'
import { chunkBuilder } from '../../shared/report/chunk.ts'
import type { FrontPage, LastPage, ReportRule } from '../../shared/report/pages.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { escapeJson } from '../../shared/text/untrusted.ts'
import type { ReportHead, ReportWriter } from './report-data.ts'

/** Few enough that a browser unpacks them between two frames, many enough that they compress well. */
const FINDINGS_PER_CHUNK = 2000

/** The place of the data in the page that report/build.mjs makes. */
const PLACE = '<!--data-->'

const describeRules = ({ rules }: ReportHead['policy']): readonly ReportRule[] =>
  RULES.flatMap(({ id, title, why, remediation, relatedControls }) => {
    const policy = rules[id]
    if (policy === undefined) return []
    const { severity, mode } = policy
    return [{ id, title, why, remediation, relatedControls, severity, mode }]
  })

const buildFrontPage = ({ madeAt, version, source, policy, quick = false }: ReportHead): FrontPage => ({
  madeAt: madeAt.toISOString(),
  version,
  source,
  policy: policy.name,
  quick,
  rules: describeRules(policy),
})

// In a script element only `</script` and `<!--` mean anything: without `<` there is neither.
const renderJsonElement = (id: string, value: unknown): string =>
  `<script type="application/json" id="${id}">${escapeJson(JSON.stringify(value)).replaceAll('<', '\\u003c')}</script>\n`

const chunkElement = (value: unknown): string =>
  `<script type="application/gzip" class="chunk">${gzipSync(JSON.stringify(value)).toString('base64')}</script>\n`

/** Writes one file that needs nothing else. `page` is the built app (template.ts). Memory does not grow with the findings. */
export const reportWriter = (page: string, head: ReportHead): ReportWriter => {
  const at = page.indexOf(PLACE)
  if (at < 0) throw new Error('the built page has no place for the data')
  const builder = chunkBuilder()
  let findings = 0
  let waiting = 0
  const take = (): string => {
    if (waiting === 0) return ''
    waiting = 0
    return chunkElement(builder.take())
  }
  return {
    begin: page.slice(0, at) + renderJsonElement('front-page', buildFrontPage(head)),
    row: finding => {
      findings += 1
      waiting = builder.add(finding)
      return waiting < FINDINGS_PER_CHUNK ? '' : take()
    },
    end: ({ coverage, notes = [] }) => {
      const last: LastPage = { findings, coverage, history: head.history ?? [], notes }
      return take() + renderJsonElement('last-page', last) + page.slice(at + PLACE.length)
    },
  }
}
