import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createWriter } from '../../cli/output/writer.ts'
import { renderCsv } from '../../report/data/csv.ts'
import { createItem } from '../../report/data/item.ts'
import { chunkBuilder, expandRows } from '../../shared/report/chunk.ts'
import { formatCsvLine } from '../../shared/text/csv.ts'
import { aFinding } from '../support/findings.ts'

const FORMULAS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '﹦1',
  ' =1',
  '\u00a0=1',
  '\u200b=1',
  '  ＝1',
]
const FORMULAS_OF_CONTROLS = ['\t=1', '\r=1', '\tx', '\rx', '\n=1']

describe('a line of CSV', () => {
  test.each([...FORMULAS, ...FORMULAS_OF_CONTROLS])('has no formula: %j', cell => {
    expect(formatCsvLine([cell])).toMatch(/^"?'/)
  })

  test.each(['a=1', '1-2', 'x@example.com', '', "it's", 'm1.small'])('leaves %j as it is', cell => {
    expect(formatCsvLine([cell])).toBe(`${cell}\n`)
  })

  test('quotes commas and quotes, and is one line whatever is in it', () => {
    expect(formatCsvLine(['a,b', 'say "x"', 'a\nb'])).toBe('"a,b","say ""x""",a\ufffdb\n')
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), cells => {
        expect(formatCsvLine(cells).split(/[\n\r]/)).toHaveLength(2)
      }),
    )
  })
})

describe('the CSV of the report and that of the command line', () => {
  test('write a cell of a stranger alike', () => {
    for (const message of [...FORMULAS, ...FORMULAS_OF_CONTROLS]) {
      const chunk = chunkBuilder()
      chunk.add(aFinding({ message }))
      const [, ofReport = ''] = renderCsv(expandRows(chunk.take()).map(createItem))
      const columns = { message: () => message }
      const ofCommand = createWriter('csv', { columns, table: { head: '', row: () => '' } }).row({})
      expect(ofReport).toContain(`,${ofCommand.trimEnd()},`)
      expect(ofCommand).toMatch(/^"?'/)
    }
  })
})
