// The GitHub Action: runs lint for annotations, and again for the files that were asked for. It has no dependencies, so
// that the checkout of a tag is enough.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { env } from 'node:process'
import { fileURLToPath } from 'node:url'

const here = path => fileURLToPath(new URL(path, import.meta.url))

/** GitHub writes the name of an input in capital letters, and keeps its hyphens. */
const readInput = name => (env[`INPUT_${name.toUpperCase()}`] ?? '').trim()

/** In a checkout the command that is built there, else the package of the registry. */
const findCommand = () => {
  if (existsSync(here('../dist/virtguard.js')) && readInput('version') === '')
    return [process.execPath, [here('../cli/virtguard.mjs')]]
  const version = readInput('version') || JSON.parse(readFileSync(here('../package.json'), 'utf8')).version
  if (!/^[\w.+-]+$/.test(version)) throw new Error(`version: ${version} is no version of npm`)
  return ['npx', ['--yes', `virtguard@${version}`]]
}

const readPaths = () =>
  readInput('paths')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

const readOptions = () =>
  ['policy', 'facts', 'fail-on', 'unknown'].flatMap(name => {
    const value = readInput(name)
    return value === '' ? [] : [`--${name}=${value}`]
  })

/** No shell reads the arguments, and no path is taken for an option. */
const lint = (format, stderr) => {
  const [program, before] = findCommand()
  const args = [...before, 'lint', ...readOptions(), `--format=${format}`, '--', ...readPaths()]
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', stderr],
  })
  if (error) throw error
  return { code: status ?? 2, text: stdout }
}

const appendTo = (variable, text) => {
  const file = env[variable]
  if (file) appendFileSync(file, text)
}

const run = () => {
  if (readPaths().length === 0) throw new Error('paths: name files or folders, one a line')
  const { code, text } = lint('github', 'inherit')
  process.stdout.write(text)
  appendTo('GITHUB_OUTPUT', `exit-code=${code}\n`)
  if (env.GITHUB_STEP_SUMMARY) appendTo('GITHUB_STEP_SUMMARY', lint('markdown', 'ignore').text)
  const sarif = readInput('sarif')
  if (sarif !== '') {
    writeFileSync(sarif, lint('sarif', 'ignore').text)
    appendTo('GITHUB_OUTPUT', `sarif=${sarif}\n`)
  }
  return code
}

try {
  process.exitCode = run()
} catch (error) {
  process.stdout.write(`::error::virtguard: ${String(error.message).replace(/[\r\n]+/g, ' ')}\n`)
  process.exitCode = 2
}
