import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { reportWriter } from '../../cli/report/report-writer.ts'
import { type Chunk, expandRows } from '../../shared/report/chunk.ts'
import { createHistoryCount } from '../../shared/report/history.ts'
import { aFinding, instanceIds } from '../support/findings.ts'
import { reportHead } from '../support/report/fleet.ts'

const PAGE = '<html>before<!--data-->after</html>'

const chunksIn = (text: string): readonly Chunk[] =>
  [...text.matchAll(/class="chunk">([^<]*)</g)].map(([, base64 = '']) =>
    JSON.parse(gunzipSync(Buffer.from(base64, 'base64')).toString()),
  )

// Without a collection the heap also counts what is already garbage: how much depends on the machine's load.
const bytesInUse = (): number => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

describe('the report writer', () => {
  test('writes findings out as they come, when there are enough of them, and loses none', () => {
    const writer = reportWriter(PAGE, reportHead())
    const ids = instanceIds(4500)
    const pieces = ids.map(on => writer.row(aFinding({ on })))
    expect(pieces.filter(piece => piece !== '')).toHaveLength(2)
    const text = writer.begin + pieces.join('') + writer.end({ coverage: [] })
    expect(
      chunksIn(text)
        .flatMap(expandRows)
        .map(({ resourceId }) => resourceId),
    ).toEqual(ids)
    expect(text.startsWith('<html>before')).toBe(true)
    expect(text.endsWith('after</html>')).toBe(true)
  })

  test('needs no more memory for a larger fleet', () => {
    const writer = reportWriter(PAGE, reportHead())
    let written = 0
    for (const on of instanceIds(2000)) written += writer.row(aFinding({ on })).length
    const before = bytesInUse()
    for (let round = 0; round < 40; round += 1)
      for (const on of instanceIds(2000)) written += writer.row(aFinding({ on })).length
    // 80,000 findings are 60 MB as JSON.
    expect(bytesInUse() - before).toBeLessThan(5_000_000)
    // Also keeps the writer in use until here, and with it whatever it holds.
    expect(written + writer.end({ coverage: [] }).length).toBeGreaterThan(100_000)
  })

  test('writes any text so that it is read back unchanged, and none ends its element', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 5 }), messages => {
        const writer = reportWriter(PAGE, { ...reportHead(), policy: { name: messages.join(), rules: {} } })
        const rows = messages.map(message => writer.row(aFinding({ message, title: `</script>${message}` })))
        const end = writer.end({ coverage: [], notes: [...messages, '</script><!--<script>'] })
        const text = writer.begin + rows.join('') + end
        expect(
          chunksIn(text)
            .flatMap(expandRows)
            .map(row => row.message),
        ).toEqual(messages)
        expect(text.match(/<\/script/g)).toHaveLength(3)
        expect(text).not.toContain('<!--')
        const last = /id="last-page">([^<]*)</.exec(text)?.[1] ?? ''
        expect(JSON.parse(last).notes.slice(0, -1)).toEqual(messages)
      }),
      { numRuns: 50 },
    ))
})

describe('the history of the ledger', () => {
  const at = (day: string) => `${day}T08:00:00.000Z`
  const NOW = new Date('2026-11-24T08:00:00Z')

  test('counts the findings and resolutions of each day, and what was open at its end', () => {
    const count = createHistoryCount(NOW)
    count.add([
      { state: 'NEW', at: at('2026-11-21'), why: '' },
      { state: 'ALERTED', at: at('2026-11-21'), why: '' },
      { state: 'RESOLVED', at: at('2026-11-23'), why: '' },
      { state: 'NEW', at: at('2026-11-24'), why: 'back' },
    ])
    count.add([{ state: 'NEW', at: at('2026-11-22'), why: '' }])
    count.add([{ state: 'SUPPRESSED', at: at('2026-11-22'), why: '' }])
    expect(count.days(10)).toEqual([
      { day: '2026-11-21', found: 1, closed: 0, open: 1 },
      { day: '2026-11-22', found: 1, closed: 0, open: 2 },
      { day: '2026-11-23', found: 0, closed: 1, open: 1 },
      { day: '2026-11-24', found: 1, closed: 0, open: 2 },
    ])
    expect(count.days(2).map(({ open }) => open)).toEqual([1, 2])
  })

  test('is absent for an empty ledger', () => expect(createHistoryCount(NOW).days(10)).toEqual([]))
})
