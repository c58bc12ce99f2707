// Makes the page of the report: one file with style and script inside, whose own policy lets nothing else in.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { noteMetafile, readLicences } from '../infra/bundle/third-party.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const bundle = async ({ esbuild, metafiles }, entry, more) => {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    charset: 'utf8',
    legalComments: 'none',
    target: ['chrome110', 'firefox113', 'safari16.4'],
    logLevel: 'warning',
    plugins: [noteMetafile(metafiles)],
    ...more,
  })
  return outputFiles[0].text.trim()
}

const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The licences of the libraries inside, as a comment of the page. */
const writeNotice = async metafiles => {
  const text = await readLicences(root, metafiles)
  if (text.includes('--!>') || text.includes('-->')) throw new Error('a licence holds the end of a comment')
  return `<!--\n${text}-->`
}

/**
 * The page, with the place for the data in it. Needs esbuild, which a production installation lacks. Adds what it was built of to
 * the metafiles.
 */
export const buildPage = async (esbuild, metafiles = []) => {
  const own = []
  const building = { esbuild, metafiles: own }
  const [html, style, script] = await Promise.all([
    readFile(new URL('page.html', import.meta.url), 'utf8'),
    bundle(building, 'report/style.css'),
    bundle(building, 'report/main.ts', { format: 'iife', platform: 'browser' }),
  ])
  metafiles.push(...own)
  const notice = await writeNotice(own)
  // Ended early, the script would go on as text of the page.
  if (/<\/script|<!--/i.test(script)) throw new Error('the bundled script holds the end of a script element')
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  // By functions, because `$&` in a bundle would be replaced by the match.
  return html
    .replace('<!--policy-->', () => `<meta http-equiv="Content-Security-Policy" content="${policy}">`)
    .replace('<!--notice-->', () => notice)
    .replace('<!--style-->', () => `<style>${style}</style>`)
    .replace('<!--script-->', () => `<script>${script}</script>`)
}
