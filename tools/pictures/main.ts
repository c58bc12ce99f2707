/**
 * Takes the pictures in docs/pictures: `npm run pictures`, by hand, after the content or the look of alerts has
 * changed.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import chromium from '@sparticuz/chromium'
import puppeteer, { type Browser } from 'puppeteer-core'
import { computeHashes } from './manifest.ts'
import { SCENES } from './scenes.ts'

const FOLDER = new URL('../../docs/pictures/', import.meta.url)

const take = async (browser: Browser, name: string, html: string): Promise<void> => {
  const page = await browser.newPage()
  await page.setViewport({ width: 900, height: 600, deviceScaleFactor: 1.5 })
  await page.setContent(html, { waitUntil: 'load' })
  const body = await page.$('body')
  if (body === null) throw new Error(`${name}: an empty page`)
  writeFileSync(new URL(`${name}.png`, FOLDER), await body.screenshot({ type: 'png' }))
  await page.close()
  console.log(`docs/pictures/${name}.png`)
}

mkdirSync(FOLDER, { recursive: true })
const browser = await puppeteer.launch({
  args: chromium.args,
  executablePath: await chromium.executablePath(),
  headless: 'shell',
  timeout: 60_000,
})
try {
  for (const [name, html] of Object.entries(SCENES)) await take(browser, name, html())
} finally {
  await browser.close()
}
writeFileSync(new URL('manifest.json', FOLDER), `${JSON.stringify(computeHashes(), null, 2)}\n`)
