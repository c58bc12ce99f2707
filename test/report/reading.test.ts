/** What a reader does with the report, in a real browser. */
import { describe, expect, test } from '@jest/globals'
import { aFinding } from '../support/findings.ts'
import { cells, choose, count, fleet, focusedText, head, reportReader, resourceIds, textOf, until } from './reader.ts'

const { open, textOfSample } = reportReader()

describe('a reader of the report', () => {
  test('sorts by a heading with a click, and the other way round with another', async () => {
    const { page } = await open(fleet())
    await head(page, 'resourceId')
    const ids = await resourceIds(page)
    expect(ids).toHaveLength(100)
    expect(ids).toEqual(ids.toSorted())
    expect(await page.$eval('[tabulator-field="resourceId"][role="columnheader"]', element => element.ariaSort)).toBe(
      'ascending',
    )
    await head(page, 'resourceId')
    const back = await resourceIds(page)
    expect(back).toEqual(back.toSorted().toReversed())
    expect((back[0] ?? '') > (ids[99] ?? '')).toBe(true)
    await page.close()
  })

  test('sorts levels by weight, the worst first', async () => {
    const { page } = await open(fleet(60))
    const order = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN', 'EXEMPT']
    const ranks = (await cells(page, 'level')).map(level => order.indexOf(level))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    await page.close()
  })

  test('narrows filters by each other, and the count is that of the data', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    await choose(page, 'rule', 'xen-hypervisor')
    await choose(page, 'region', 'eu-west-1')
    const wanted = count(
      sample.findings,
      ({ rule, resource }) => rule === 'xen-hypervisor' && resource.region === 'eu-west-1',
    )
    expect(await textOf(page, '#count')).toBe(`${wanted} of 600 findings`)
    expect(new Set(await cells(page, 'rule'))).toEqual(new Set(['xen-hypervisor']))
    await page.click('#clear')
    expect(await textOf(page, '#count')).toBe('600 findings')
    await page.close()
  })

  test('searches words in any order and case', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    const target = sample.findings[300]
    if (target === undefined) throw new Error('there is no such finding')
    await page.type('input[name="text"]', `${target.resource.region} ${target.resource.id.toUpperCase()}`)
    const wanted = count(sample.findings, ({ resource }) => resource.id === target.resource.id)
    await until(page, '#count', `${wanted} of 600 findings`)
    expect(new Set(await resourceIds(page))).toEqual(new Set([target.resource.id]))
    await page.close()
  })

  test('filters by a number behind a chart, and takes that back with another click', async () => {
    const { page } = await open(fleet())
    await page.click('#charts details summary')
    await page.click('#charts details button')
    expect(await textOf(page, '#count')).toContain(' of 600 findings')
    expect(await page.$eval('select[name="rule"]', element => element.value)).toBe('xen-hypervisor')
    await page.click('#charts details button')
    expect(await textOf(page, '#count')).toBe('600 findings')
    await page.close()
  })

  test('needs no mouse for search, rows, pages, a finding and back', async () => {
    const { page } = await open(fleet())
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('text')
    for (let press = 0; press < 40 && !(await focusedText(page)).startsWith('i-'); press += 1)
      await page.keyboard.press('Tab')
    const ids = await resourceIds(page)
    expect(await focusedText(page)).toBe(ids[0])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await focusedText(page)).toBe(ids[2])
    await page.keyboard.press('Enter')
    expect(await textOf(page, '#detail')).toContain(ids[2])
    await page.keyboard.press('ArrowRight')
    expect(await textOf(page, '#detail')).toContain(ids[3])
    await page.keyboard.press('Escape')
    expect(await page.$eval('#detail', element => element.hasAttribute('open'))).toBe(false)
    expect(await focusedText(page)).toBe(ids[2])
    await page.keyboard.press('PageDown')
    await page.waitForFunction(
      first => document.querySelector('.tabulator-row button')?.textContent !== first,
      {},
      ids[0],
    )
    expect(ids).not.toContain(await focusedText(page))
    expect(await focusedText(page)).toMatch(/^i-/)
    await page.close()
  })

  test('sorts by a heading with Enter as well', async () => {
    const { page } = await open(fleet())
    await page.focus('.tabulator-col[tabulator-field="region"] button')
    await page.keyboard.press('Enter')
    expect((await cells(page, 'region'))[0]).toBe('ap-southeast-2')
    await page.close()
  })

  test('saves the selection as CSV, with nothing in it that a spreadsheet would run', async () => {
    const findings = [
      aFinding({ message: '=HYPERLINK("http://example.com")' }),
      aFinding({ on: 'i-0fedcba9876543210' }),
    ]
    const { page } = await open({ ...fleet(), findings })
    // What would be saved is kept instead.
    await page.evaluate(() => {
      URL.createObjectURL = blob => {
        if (blob instanceof Blob) void blob.text().then(text => document.body.setAttribute('data-saved', text))
        return 'blob:none'
      }
    })
    await page.click('#export')
    await page.waitForSelector('body[data-saved]')
    const saved = (await page.$eval('body', element => element.dataset['saved'])) ?? ''
    expect(saved.trim().split('\n')).toHaveLength(3)
    expect(saved).toContain(`"'=HYPERLINK(""http://example.com"")"`)
    await page.close()
  })
})

describe('a report of 100,000 findings', () => {
  /** To lay out all rows takes longer than this everywhere. What is done takes a fifth of a second on a quiet machine. */
  const MOST_MS = 5_000

  test('is sorted, filtered, searched and paged without a pause that a reader would call frozen', async () => {
    const sample = fleet(100_000)
    const text = textOfSample(sample)
    expect(text.length).toBeLessThan(8_000_000)
    const { page } = await open(sample, 'large.html', text)
    expect(await textOf(page, '#count')).toBe('100,000 findings')
    await page.evaluate(() => {
      const watch = new PerformanceObserver(list => {
        const longest = Math.max(...list.getEntries().map(({ duration }) => duration))
        document.body.dataset['longest'] = String(Math.max(longest, Number(document.body.dataset['longest'] ?? 0)))
      })
      watch.observe({ type: 'longtask' })
    })
    await head(page, 'message')
    const messages = await cells(page, 'message')
    expect(messages).toEqual(messages.toSorted())
    await choose(page, 'rule', 'xen-hypervisor')
    const xen = count(sample.findings, ({ rule }) => rule === 'xen-hypervisor')
    await until(page, '#count', `${xen.toLocaleString('en-US')} of 100,000 findings`)
    expect(new Set(await cells(page, 'rule'))).toEqual(new Set(['xen-hypervisor']))
    await page.click('#clear')
    const last = sample.findings.at(-1)?.resource.id ?? ''
    await page.type('input[name="text"]', last)
    await until(page, '#count', ' of 100,000 findings')
    expect(new Set(await resourceIds(page))).toEqual(new Set([last]))
    await page.click('#clear')
    await resourceIds(page)
    await page.click('#pager [data-page="last"]')
    await until(page, '#pager .active', '1000')
    expect(await resourceIds(page)).toHaveLength(100)
    expect(Number(await page.$eval('body', body => body.dataset['longest'] ?? '0'))).toBeLessThan(MOST_MS)
    await page.close()
  }, 120_000)
})
