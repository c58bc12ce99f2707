// `npm start`: installs what is missing, then shows virtguard at work on a cloud of this machine. See local/main.ts.
import { fileURLToPath } from 'node:url'
import { setUp } from './setup.mjs'

const problem = await setUp(fileURLToPath(new URL('..', import.meta.url)))
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
} else {
  const { register } = await import('tsx/esm/api')
  register()
  await import('./main.ts')
}
