import type { Finding } from '../../shared/engine/finding.ts'
import { asffOf } from '../../shared/formats/asff.ts'
import { ocsfOf } from '../../shared/formats/ocsf.ts'
import type { FindingFormat } from './formats.ts'
import { jsonLine, type Layout, type Writer, writer } from './writer.ts'

const documents = (documentOf: (finding: Finding) => unknown): Writer<Finding> => ({
  begin: '',
  row: finding => jsonLine(documentOf(finding)),
  end: () => '',
})

type Writing = { readonly layout: Layout<Finding>; readonly now: Date }

/** Writes findings in any format; ASFF and OCSF as one document a line. `now` is when they were made. */
export const findingWriter = (format: FindingFormat, { layout, now }: Writing): Writer<Finding> => {
  if (format === 'asff') return documents(finding => asffOf(finding, { now }))
  if (format === 'ocsf') return documents(finding => ocsfOf(finding, { now }))
  return writer(format, layout)
}
