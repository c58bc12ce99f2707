/** The command as it is installed: the bundle, in a process of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(__dirname, '..', '..')
export const BIN = join(ROOT, 'cli', 'virtguard.mjs')

export const buildCommand = (): void => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'cli', 'build.mjs'), '--if-stale'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the command line was not built: ${stderr}`)
}

/** The files of the bundle, of which a command loads those that it needs. */
export const builtFiles = (): readonly string[] =>
  readdirSync(join(ROOT, 'dist'))
    .filter(name => name.endsWith('.js'))
    .map(name => join(ROOT, 'dist', name))

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

export const runCommand = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const command = spawn(process.execPath, [BIN, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { out: '', err: '' }
    command.stdout.on('data', chunk => {
      said.out += chunk
    })
    command.stderr.on('data', chunk => {
      said.err += chunk
    })
    command.on('error', reject)
    command.on('close', code => resolve({ code, ...said }))
  })
