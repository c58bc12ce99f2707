/** The report in a real browser: what a reader does with it, and what it must never do. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Browser, Page } from 'puppeteer-core'
import { aFinding } from '../support/findings.ts'
import { startBrowser } from '../support/report/browser.ts'
import { aFleet, reportHead } from '../support/report/fleet.ts'
import { builtPage, reportFile, reportText, type Sample } from '../support/report/page.ts'

jest.setTimeout(60_000)

const folder = mkdtempSync(join(tmpdir(), 'virtguard-report-'))
const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8')
let browser: Browser
let built: string

beforeAll(async () => {
  built = builtPage()
  browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const fleet = (findings = 600): Sample => ({ ...aFleet(findings), head: reportHead() })

type Opened = { readonly page: Page; readonly requests: string[]; readonly complaints: string[] }

const open = async (sample: Sample, name = 'report.html', text = reportText(built, sample)): Promise<Opened> => {
  const page = await browser.newPage()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', request => requests.push(request.url()))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text())
  })
  await page.setViewport({ width: 1280, height: 1000 })
  await page.goto(reportFile(folder, name, text))
  await page.waitForSelector('.tabulator-row button, .tabulator-placeholder', { timeout: 45_000 })
  return { page, requests, complaints }
}

const texts = (page: Page, selector: string): Promise<readonly string[]> =>
  page.$$eval(selector, elements => elements.map(element => element.textContent ?? ''))

// What was asked for is shown when the table is no longer busy.
const cells = async (page: Page, field: string): Promise<readonly string[]> => {
  await page.waitForSelector('#table:not([aria-busy])')
  return texts(page, `.tabulator-row [tabulator-field="${field}"]`)
}

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, element => element.textContent ?? '')

const until = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.waitForFunction(
    (where: string, what: string) => document.querySelector(where)?.textContent?.includes(what) === true,
    { timeout: 10_000 },
    selector,
    text,
  )

const choose = (page: Page, name: string, value: string): Promise<readonly string[]> =>
  page.select(`select[name="${name}"]`, value)

const head = (page: Page, field: string): Promise<void> =>
  page.click(`.tabulator-col[tabulator-field="${field}"] button`)

const focusedText = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')

const count = <T>(values: readonly T[], test: (value: T) => boolean): number => values.filter(test).length

describe('what it says', () => {
  test('the posture is that of the coverage, and what was not covered is named', async () => {
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

  test('each finding has its reason and its fix', async () => {
    const { page } = await open(fleet())
    const [what] = await cells(page, 'message')
    await page.click('.tabulator-row button')
    const detail = await textOf(page, '#detail')
    expect(detail).toContain(what)
    expect(detail).toContain('Launch from an HVM image instead')
    expect(detail).toContain('virtguard explain i-')
    await page.close()
  })

  test('what is UNKNOWN is counted by the fact that is missing', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    const unknown = count(sample.findings, ({ status, workflow }) => status === 'UNKNOWN' && workflow === 'NEW')
    const counts = await texts(page, '#unknowns-list tbody td:nth-of-type(2)')
    expect(counts.reduce((sum, text) => sum + Number(text.replace(',', '')), 0)).toBe(unknown)
    await page.close()
  })

  test('the history of the ledger is drawn where there is one, and not mentioned where there is none', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    expect(await textOf(page, '#history figcaption')).toContain('140 at first')
    const { history: _, ...head } = sample.head
    const without = await open({ ...sample, head }, 'no-history.html')
    expect(await without.page.$eval('#history', element => element.getBoundingClientRect().height)).toBe(0)
    await Promise.all([page.close(), without.page.close()])
  })

  test('a file that was cut off says so, and shows what came before', async () => {
    const sample = fleet(5000)
    const text = reportText(built, sample)
    const end = text.indexOf('<script type="application/json" id="last-page">')
    const script = text.slice(text.lastIndexOf('<script>'))
    const { page } = await open(sample, 'cut.html', text.slice(0, end) + script)
    expect(await textOf(page, '#warnings')).toContain('This file was cut off')
    expect(await textOf(page, '#count')).toBe('5,000 findings')
    const nothing = await browser.newPage()
    await nothing.goto(reportFile(folder, 'nothing.html', text.slice(0, end)))
    expect(await textOf(nothing, '#state')).toContain('the file is not whole')
    await Promise.all([page.close(), nothing.close()])
  })

  test('no finding at all is a report as well', async () => {
    const { page, complaints } = await open({ ...fleet(), findings: [], foot: { coverage: [] } })
    expect(await textOf(page, '#count')).toBe('0 findings')
    expect(complaints).toEqual([])
    await page.close()
  })
})

describe('what a reader does', () => {
  test('a click on a heading sorts by it, and another the other way round', async () => {
    const { page } = await open(fleet())
    await head(page, 'resourceId')
    const ids = await cells(page, 'resourceId')
    expect(ids).toHaveLength(100)
    expect(ids).toEqual(ids.toSorted())
    expect(await page.$eval('[tabulator-field="resourceId"][role="columnheader"]', element => element.ariaSort)).toBe(
      'ascending',
    )
    await head(page, 'resourceId')
    const back = await cells(page, 'resourceId')
    expect(back).toEqual(back.toSorted().toReversed())
    expect((back[0] ?? '') > (ids[99] ?? '')).toBe(true)
    await page.close()
  })

  test('levels sort by weight, the worst first', async () => {
    const { page } = await open(fleet(60))
    const order = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN', 'EXEMPT']
    const ranks = (await cells(page, 'level')).map(level => order.indexOf(level))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    await page.close()
  })

  test('filters narrow each other, and the count is that of the data', async () => {
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

  test('search finds by words in any order, whatever their case', async () => {
    const sample = fleet()
    const { page } = await open(sample)
    const target = sample.findings[300]
    if (target === undefined) throw new Error('there is no such finding')
    await page.type('input[name="text"]', `${target.resource.region} ${target.resource.id.toUpperCase()}`)
    const wanted = count(sample.findings, ({ resource }) => resource.id === target.resource.id)
    await until(page, '#count', `${wanted} of 600 findings`)
    expect(new Set(await cells(page, 'resourceId'))).toEqual(new Set([target.resource.id]))
    await page.close()
  })

  test('a number behind a chart filters by it, and once more no longer', async () => {
    const { page } = await open(fleet())
    await page.click('#charts details summary')
    await page.click('#charts details button')
    expect(await textOf(page, '#count')).toContain(' of 600 findings')
    expect(await page.$eval('select[name="rule"]', element => element.value)).toBe('xen-hypervisor')
    await page.click('#charts details button')
    expect(await textOf(page, '#count')).toBe('600 findings')
    await page.close()
  })

  test('all of it without a mouse: search, rows, pages, a finding and back', async () => {
    const { page } = await open(fleet())
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('text')
    for (let press = 0; press < 40 && !(await focusedText(page)).startsWith('i-'); press += 1)
      await page.keyboard.press('Tab')
    const ids = await cells(page, 'resourceId')
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

  test('a heading sorts with Enter as well', async () => {
    const { page } = await open(fleet())
    await page.focus('.tabulator-col[tabulator-field="region"] button')
    await page.keyboard.press('Enter')
    expect((await cells(page, 'region'))[0]).toBe('ap-southeast-2')
    await page.close()
  })

  test('what is selected is saved as CSV, with nothing in it that a spreadsheet would run', async () => {
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

describe('100,000 findings', () => {
  /** Longer than this no hand on the mouse may wait; a machine that does something else beside it needs half of it. */
  const MOST_MS = 1000

  test('are sorted, filtered, searched and turned over without a pause that a reader would call frozen', async () => {
    const sample = fleet(100_000)
    const text = reportText(built, sample)
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
    expect(new Set(await cells(page, 'resourceId'))).toEqual(new Set([last]))
    await page.click('#clear')
    await cells(page, 'resourceId')
    await page.click('#pager [data-page="last"]')
    await until(page, '#pager .active', '1000')
    expect(await cells(page, 'resourceId')).toHaveLength(100)
    expect(Number(await page.$eval('body', body => body.dataset['longest'] ?? '0'))).toBeLessThan(MOST_MS)
    await page.close()
  }, 120_000)
})

describe('how it looks', () => {
  const background = (page: Page): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor)

  test('it is dark where the system is, and the button says otherwise', async () => {
    const { page } = await open(fleet(100))
    const light = await background(page)
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    const dark = await background(page)
    expect(dark).not.toBe(light)
    expect(await textOf(page, '#theme')).toBe('Light')
    await page.click('#theme')
    expect(await background(page)).toBe(light)
    await page.close()
  })

  test.each(['light', 'dark'])('axe finds nothing to complain of (%s)', async scheme => {
    const { page } = await open(fleet())
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.evaluate(axe)
    // The rules of WCAG 2.2 and the best practices, for the page and for a finding.
    const violations = () =>
      page.evaluate(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`,
      )
    expect(await violations()).toEqual([])
    await page.click('#charts details summary')
    await page.click('.tabulator-row button')
    expect(await violations()).toEqual([])
    await page.close()
  })

  test('on paper it is light, has every selected finding and nothing to click', async () => {
    const { page } = await open(fleet(300))
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
    await page.emulateMediaType('print')
    await page.waitForSelector('#print-list tbody tr')
    expect(await background(page)).toBe('rgb(255, 255, 255)')
    expect(await texts(page, '#print-list tbody tr')).toHaveLength(300)
    const shown = await page.$$eval('button, input, select', all => all.filter(each => each.checkVisibility()).length)
    expect(shown).toBe(0)
    const pdf = await page.pdf({ format: 'A4' })
    expect(Buffer.from(pdf.slice(0, 5)).toString()).toBe('%PDF-')
    await page.close()
  })

  test('on a telephone nothing is wider than the screen', async () => {
    const { page } = await open(fleet(100))
    await page.setViewport({ width: 390, height: 800 })
    await page.waitForFunction(() => document.documentElement.scrollWidth <= 390, { timeout: 5000 })
    await page.close()
  })
})

describe('what it never does', () => {
  test('it asks the network for nothing, and breaks none of its own policy', async () => {
    const { page, requests, complaints } = await open(fleet())
    await page.click('.tabulator-row button')
    expect(requests.filter(url => !url.startsWith('file:'))).toEqual([])
    expect(requests).toHaveLength(1)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('its policy lets in neither other scripts nor the network', async () => {
    const { page } = await open(fleet(10))
    const tried = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'document.body.dataset.ran = "yes"'
      document.body.append(script)
      const fetched = await fetch('https://example.com/').then(
        () => 'answered',
        () => 'refused',
      )
      return { ran: document.body.dataset['ran'] ?? 'no', fetched }
    })
    expect(tried).toEqual({ ran: 'no', fetched: 'refused' })
    const policy = await page.$eval('meta[http-equiv="Content-Security-Policy"]', meta => meta.getAttribute('content'))
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    await page.close()
  })

  const HOSTILE = [
    '<img src=x onerror="document.body.dataset.ran=1">',
    '</script><script>document.body.dataset.ran=1</script>',
    '<!--<script>',
    '"><svg onload=alert(1)>',
    '{{constructor.constructor("document.body.dataset.ran=1")()}}',
  ]

  test('text from an event stays text, wherever it is shown', async () => {
    const findings = HOSTILE.map((text, index) =>
      aFinding({
        on: `i-${index}${text}`,
        rule: text,
        title: text,
        message: text,
        remediation: text,
        missing: [text],
        status: index === 0 ? 'UNKNOWN' : 'FAILED',
        resource: { type: 'AwsEc2Instance', id: `i-${text}`, arn: text, accountId: text, region: text },
        facts: { instanceType: text, imageId: text },
        actor: { arn: text, autoScalingGroup: text, launchTemplate: text },
      }),
    )
    const coverage = HOSTILE.map(text => ({
      ...{ seen: 1, passed: 0, failed: 1, suppressed: 0, unknown: 0, terminated: 0, covered: false },
      ...{ accountId: text, region: text, why: text, missingPermission: text },
    }))
    const head = { ...reportHead(), policy: { ...reportHead().policy, name: HOSTILE.join(' ') } }
    const { page, complaints, requests } = await open({ findings, head, foot: { coverage, notes: HOSTILE } })
    for (const text of HOSTILE) expect(await textOf(page, '#table')).toContain(text)
    for (const [index] of HOSTILE.entries()) {
      await page.$$eval('.tabulator-row button', (all, at) => all[at]?.click(), index)
      expect(HOSTILE).toContain(await textOf(page, '#detail h2'))
      await page.keyboard.press('Escape')
    }
    await page.emulateMediaType('print')
    expect(await page.$$eval('img, svg, main script, dialog script', all => all.length)).toBe(0)
    expect(await page.$eval('body', element => element.dataset['ran'])).toBeUndefined()
    expect(complaints).toEqual([])
    expect(requests).toHaveLength(1)
    await page.close()
  })

  test('a name that turns the direction of writing is shown as what it is', async () => {
    const { page } = await open({ ...fleet(), findings: [aFinding({ message: 'abc\u202Edef\u0007' })] })
    expect(await cells(page, 'message')).toEqual(['abc\ufffddef\ufffd'])
    await page.close()
  })
})
