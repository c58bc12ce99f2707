import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../shared/errors.ts'
import { installPackages } from './pip.ts'
import { ROOT } from './root.ts'

const OLDEST_MINOR = 10
const CANDIDATES: readonly (readonly string[])[] = [
  ['python3'],
  ['python'],
  ['py', '-3'],
  ...[14, 13, 12, 11, 10].map(minor => [`python3.${minor}`]),
]

export type Python = { readonly command: readonly string[]; readonly version: string }

type Setting = { readonly folder?: string; readonly say: (line: string) => void; readonly env?: NodeJS.ProcessEnv }

type Environment = Required<Setting> & {
  /** The file with the versions and hashes of the packages. */
  readonly requirements: string
  /** What must be found in it once it is made. */
  readonly modules: readonly string[]
  /** What the packages are, in words. */
  readonly what: string
}

/**
 * The Python of a virtual environment under the project with the emulators. Makes it if it is missing, broken or out of
 * date. Throws a UserError of one line if Python or its package registry is missing.
 */
export const preparePython = ({ folder, say, env = process.env }: Setting): Promise<string> =>
  prepareEnvironment({
    folder: folder ?? path.join(ROOT, '.venv', 'local'),
    requirements: path.join(ROOT, 'local', 'requirements.txt'),
    modules: ['ministack', 'moto', 'cryptography'],
    what: 'the emulators of the local cloud',
    say,
    env,
  })

/** The Python of a virtual environment with these packages, in that folder. Otherwise as `preparePython`. */
export async function prepareEnvironment(environment: Environment): Promise<string> {
  const { folder: venv, requirements, modules, what, say, env } = environment
  const python = findPython(env)
  const inside = path.join(venv, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']))
  const stampFile = path.join(venv, 'virtguard-stamp')
  const stamp = createHash('sha256').update(readFileSync(requirements)).update(python.version).digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && checkWorks(inside, modules)) return inside
  say(`Making a Python environment for ${what} with Python ${python.version} (once) …`)
  rmSync(venv, { recursive: true, force: true })
  mkdirSync(path.dirname(venv), { recursive: true })
  makeVenv(python, venv, env)
  await installPackages({ python: inside, requirements, what, say, env })
  writeFileSync(stampFile, stamp)
  return inside
}

/** The first Python on the PATH that is new enough. Throws a UserError with the versions that were found instead. */
export function findPython(env: NodeJS.ProcessEnv = process.env): Python {
  const tooOld: string[] = []
  for (const command of CANDIDATES) {
    const version = readVersion(command, env)
    if (!version) continue
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major === 3 && minor >= OLDEST_MINOR) return { command, version }
    tooOld.push(version)
  }
  const found = tooOld.length > 0 ? `only Python ${[...new Set(tooOld)].join(' and ')} is` : 'no Python is'
  throw new UserError(`Python 3.${OLDEST_MINOR} or newer is needed, and ${found} on the PATH`)
}

function readVersion([name = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const code = 'import platform; print(platform.python_version())'
  const { status, stdout } = spawnSync(name, [...args, '-c', code], { env, encoding: 'utf8', timeout: 20_000 })
  return status === 0 ? stdout.trim() : undefined
}

function makeVenv({ command: [name = '', ...args], version }: Python, folder: string, env: NodeJS.ProcessEnv): void {
  const made = spawnSync(name, [...args, '-m', 'venv', folder], { env, encoding: 'utf8', timeout: 120_000 })
  if (made.status === 0) return
  rmSync(folder, { recursive: true, force: true })
  const said = `${made.stdout}${made.stderr}`
  // Debian and Ubuntu ship Python without it.
  if (/ensurepip|No module named venv/.test(said)) {
    const name = `python${version.split('.').slice(0, 2).join('.')}-venv`
    throw new UserError(
      `Python ${version} cannot make a virtual environment: its venv module is missing (Debian, Ubuntu: apt install ${name})`,
    )
  }
  throw new UserError(`Python ${version} cannot make a virtual environment in ${folder}: ${readLastLine(said)}`)
}

/** False for an environment whose Python was removed or upgraded, or whose packages are missing. */
function checkWorks(python: string, modules: readonly string[]): boolean {
  const code = `import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ${JSON.stringify(modules)})))`
  return spawnSync(python, ['-c', code], { timeout: 20_000 }).status === 0
}

const readLastLine = (text: string) => text.trim().split('\n').at(-1) ?? ''
