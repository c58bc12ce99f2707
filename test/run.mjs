// `npm test`: installs what is missing, then runs jest. Arguments go to jest: npm test -- --selectProjects core. With
// `--only unit` or `--only node` it runs a part: see selections.mjs.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { handOver, setUp } from '../local/setup.mjs'
import { jestArguments } from './selections.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const problem = await setUp(root)
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
} else {
  const args = jestArguments(process.argv.slice(2), root)
  // More than there are processors: the tests of the deployed stack mostly wait for it.
  const workers = args.some(arg => arg.startsWith('--maxWorkers')) ? [] : [`--maxWorkers=${availableParallelism() + 3}`]
  process.stdout.write(
    `Running jest${args.length > 0 ? ` ${args.join(' ')}` : ': all tests'} on Node ${process.versions.node}\n`,
  )
  handOver(['node_modules/jest/bin/jest.js', ...workers, ...args], root)
}
