/** What the report says, in a real browser. */
import { describe, expect, test } from '@jest/globals'
import { cells, count, fleet, reportReader, textOf, texts } from './reader.ts'

const { open, visit, textOfSample } = reportReader()

describe('the content of the report', () => {
  test('has the posture of the coverage, and names what was not covered', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    const seen = sample.foot.coverage.reduce((sum, one) => sum + one.seen, 0)
    const failed = sample.foot.coverage.reduce((sum, one) => sum + one.failed, 0)
    expect(await textOf(page, '#sentence')).toContain(
      `${failed.toLocaleString('en-US')} of ${seen.toLocaleString('en-US')} instances break a rule`,
    )
    expect(await textOf(page, '#sentence')).toContain('10 of 11 regions and 2 accounts')
    expect(await textOf(page, '#warnings')).toContain('210987654321/me-central-1: the permission ec2:DescribeInstances')
    expect((await texts(page, '#coverage-list tbody tr'))[0]).toContain('me-central-1')
    await page.close()
  })

  test('has for each finding its reason and its fix', async () => {
    const { page } = await open(fleet())
    const [what] = await cells(page, 'message')
    await page.click('.tabulator-row button')
    const detail = await textOf(page, '#detail')
    expect(detail).toContain(what)
    expect(detail).toContain('Launch from an HVM image instead')
    expect(detail).toContain('virtguard explain i-')
    await page.close()
  })

  test('counts UNKNOWN findings by the missing fact', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    const unknown = count(sample.findings, ({ status, workflow }) => status === 'UNKNOWN' && workflow === 'NEW')
    const counts = await texts(page, '#unknowns-list tbody td:nth-of-type(2)')
    expect(counts.reduce((sum, text) => sum + Number(text.replace(',', '')), 0)).toBe(unknown)
    await page.close()
  })

  test('has a chart of the ledger’s history if there is one, and otherwise no mention of it', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    expect(await textOf(page, '#history figcaption')).toContain('140 at first')
    const { history: _, ...head } = sample.head
    const without = await open({ ...sample, head }, 'no-history.html')
    expect(await without.page.$eval('#history', element => element.getBoundingClientRect().height)).toBe(0)
    await Promise.all([page.close(), without.page.close()])
  })

  test('says of a truncated file that it is truncated, and shows what came before', async () => {
    const sample = fleet(5000)
    const text = textOfSample(sample)
    const end = text.indexOf('<script type="application/json" id="last-page">')
    const script = text.slice(text.lastIndexOf('<script>'))
    const { page } = await open(sample, 'cut.html', text.slice(0, end) + script)
    expect(await textOf(page, '#warnings')).toContain('This file was cut off')
    expect(await textOf(page, '#count')).toBe('5,000 findings')
    const nothing = await visit('nothing.html', text.slice(0, end))
    expect(await textOf(nothing, '#state')).toContain('the file is not whole')
    await Promise.all([page.close(), nothing.close()])
  })

  test('is a report also without findings', async () => {
    const { page, complaints } = await open({ ...fleet(), findings: [], foot: { coverage: [] } })
    expect(await textOf(page, '#count')).toBe('0 findings')
    expect(complaints).toEqual([])
    await page.close()
  })
})
