// `npm run bench`: installs what is missing, then measures. See bench/main.ts.
import { fileURLToPath } from 'node:url'
import { handOver, setUp } from '../local/setup.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const problem = await setUp(root)
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
} else {
  handOver(['--import', 'tsx', 'bench/main.ts', ...process.argv.slice(2)], root)
}
