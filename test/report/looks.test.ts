/** How the report looks: light, dark, on paper, on a telephone, to a screen reader. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import type { Page } from 'puppeteer-core'
import { fleet, reportReader, textOf, texts } from './reader.ts'

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8')
const { open } = reportReader()

describe('the look of the report', () => {
  const background = (page: Page): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor)

  test('is dark if the system is, and a button changes that', async () => {
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

  test.each(['light', 'dark'])('is accessible according to axe (%s)', async scheme => {
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

  test('is light on paper, with every selected finding and nothing to click', async () => {
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

  test('fits the screen of a telephone', async () => {
    const { page } = await open(fleet(100))
    await page.setViewport({ width: 390, height: 800 })
    await page.waitForFunction(() => document.documentElement.scrollWidth <= 390, { timeout: 5000 })
    await page.close()
  })
})
