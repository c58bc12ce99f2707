/** A reader of reports: a real browser, and what tests do in it and read from it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, jest } from '@jest/globals'
import type { Browser, Page } from 'puppeteer-core'
import { startBrowser } from '../support/report/browser.ts'
import { aFleet, reportHead } from '../support/report/fleet.ts'
import { builtPage, reportFile, reportText, type Sample } from '../support/report/page.ts'

export const fleet = (findings = 600): Sample => ({ ...aFleet(findings), head: reportHead() })

type Opened = { readonly page: Page; readonly requests: string[]; readonly complaints: string[] }

/** A browser for the tests of a file, closed after them. Opening a report waits until its table is there. */
export const reportReader = () => {
  jest.setTimeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'virtguard-report-'))
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
  const textOfSample = (sample: Sample): string => reportText(built, sample)
  const open = async (sample: Sample, name = 'report.html', text = textOfSample(sample)): Promise<Opened> => {
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
  /** A file as it is, whether it becomes a report or not. */
  const visit = async (name: string, text: string): Promise<Page> => {
    const page = await browser.newPage()
    await page.goto(reportFile(folder, name, text))
    return page
  }
  return { open, visit, textOfSample }
}

export const texts = (page: Page, selector: string): Promise<readonly string[]> =>
  page.$$eval(selector, elements => elements.map(element => element.textContent ?? ''))

// What was asked for is shown when the table is no longer busy.
export const cells = async (page: Page, field: string): Promise<readonly string[]> => {
  await page.waitForSelector('#table:not([aria-busy])')
  return texts(page, `.tabulator-row [tabulator-field="${field}"]`)
}

/** The ids alone, without the names under them. */
export const resourceIds = async (page: Page): Promise<readonly string[]> => {
  await page.waitForSelector('#table:not([aria-busy])')
  return texts(page, '.tabulator-row [tabulator-field="resourceId"] button')
}

export const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, element => element.textContent ?? '')

export const until = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.waitForFunction(
    (where: string, what: string) => document.querySelector(where)?.textContent?.includes(what) === true,
    { timeout: 10_000 },
    selector,
    text,
  )

export const choose = (page: Page, name: string, value: string): Promise<readonly string[]> =>
  page.select(`select[name="${name}"]`, value)

export const head = (page: Page, field: string): Promise<void> =>
  page.click(`.tabulator-col[tabulator-field="${field}"] button`)

export const focusedText = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent ?? '')

export const count = <T>(values: readonly T[], test: (value: T) => boolean): number => values.filter(test).length
