import type { Finding } from '../../shared/engine/finding.ts'
import { toAsff } from '../../shared/formats/asff.ts'
import { toOcsf } from '../../shared/formats/ocsf.ts'
import type { FindingFormat } from './formats.ts'
import { createWriter, formatJsonLine, type Layout, type Writer } from './writer.ts'

const createDocumentWriter = (documentOf: (finding: Finding) => unknown): Writer<Finding> => ({
  begin: '',
  row: finding => formatJsonLine(documentOf(finding)),
  end: () => '',
})

type Writing = { readonly layout: Layout<Finding>; readonly now: Date }

/** Writes findings in any format; ASFF and OCSF as one document a line. `now` is when they were made. */
export const createFindingWriter = (format: FindingFormat, { layout, now }: Writing): Writer<Finding> => {
  if (format === 'asff') return createDocumentWriter(finding => toAsff(finding, { now }))
  if (format === 'ocsf') return createDocumentWriter(finding => toOcsf(finding, { now }))
  return createWriter(format, layout)
}
