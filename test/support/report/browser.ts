/** A real Chromium, out of its npm package. */
import { existsSync } from 'node:fs'
import { type Browser, launch } from 'puppeteer-core'

const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/lib',
  '/lib64',
  '/usr/lib/x86_64-linux-gnu',
  '/lib/x86_64-linux-gnu',
]

// The package contains the libraries that it needs, and unpacks them only if it believes that it runs in Lambda.
const hasLibraries = (): boolean => LIBRARY_FOLDERS.some(folder => existsSync(`${folder}/libnss3.so`))

/** Throws if there is no browser: on a machine of ours that is a failure, and never a skip. */
export const startBrowser = async (): Promise<Browser> => {
  const before = process.env['AWS_EXECUTION_ENV']
  if (!hasLibraries()) process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs22.x'
  const { default: chromium } = await import('@sparticuz/chromium')
  const executablePath = await chromium.executablePath()
  if (before === undefined) delete process.env['AWS_EXECUTION_ENV']
  else process.env['AWS_EXECUTION_ENV'] = before
  return launch({
    executablePath,
    headless: 'shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  })
}
