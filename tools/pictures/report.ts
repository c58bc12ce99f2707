/** Takes the pictures of the report that the documents show: `npx tsx tools/pictures/report.ts`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { startBrowser } from '../../test/support/report/browser.ts'
import { aFleet, reportHead } from '../../test/support/report/fleet.ts'
import { builtPage, reportFile, reportText } from '../../test/support/report/page.ts'

const PICTURES = 'docs/pictures'

const take = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(PICTURES, `${name}.png`) })
  process.stdout.write(`${PICTURES}/${name}.png\n`)
}

const open = async (page: Page, url: string): Promise<void> => {
  await page.goto(url)
  await page.waitForSelector('.tabulator-row button')
}

const scrollToElement = (page: Page, id: string): Promise<unknown> =>
  page.evaluate(`document.getElementById('${id}').scrollIntoView()`)

const takeAll = async (page: Page, url: string): Promise<void> => {
  await page.setViewport({ width: 1280, height: 1000 })
  await open(page, url)
  await take(page, 'report')
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }])
  await scrollToElement(page, 'charts-title')
  await take(page, 'report-dark')
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }])
  await scrollToElement(page, 'findings-title')
  await take(page, 'report-findings')
  await page.click('.tabulator-row button')
  await take(page, 'report-finding')
}

const folder = mkdtempSync(join(tmpdir(), 'virtguard-pictures-'))
const browser = await startBrowser()
try {
  const text = reportText(builtPage(), { ...aFleet(600), head: reportHead() })
  await takeAll(await browser.newPage(), reportFile(folder, 'report.html', text))
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
