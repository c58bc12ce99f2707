import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installPackages } from '../local/pip.ts'
import { ROOT } from '../local/root.ts'
import { UserError } from '../shared/errors.ts'

export type Python = {
  readonly path: string
  readonly version: string
  /** How long it takes to compile a fixed file of its own library, in ms. */
  readonly compileMs: number
}

const COMPILE = `
import inspect, json, platform, sys, time
source = open(inspect.__file__).read()
best = 1e9
for _ in range(7):
    start = time.perf_counter()
    compile(source, "inspect", "exec")
    best = min(best, time.perf_counter() - start)
print(json.dumps([sys.executable, platform.python_version(), best * 1000]))
`

/**
 * The Python that is kindest to Cloud Custodian: of those on this machine that it supports (3.10.2 and newer), 3.11 goes
 * first, which its package asks AWS for; of these the one that compiles fastest, because builds differ by 1.4 times (a
 * profile-guided one does not say so anywhere). Undefined when there is none.
 */
export function findFastestPython(): Python | undefined {
  const names = ['/usr/bin/python3', 'python3', 'python', ...[10, 11, 12, 13, 14].map(minor => `python3.${minor}`)]
  const found = names.map(tryPython).filter(python => python !== undefined)
  const preferred = found.filter(python => python.version.startsWith('3.11.'))
  return (preferred.length > 0 ? preferred : found).sort((a, b) => a.compileMs - b.compileMs).at(0)
}

function tryPython(name: string): Python | undefined {
  const { status, stdout } = spawnSync(name, ['-c', COMPILE], { encoding: 'utf8', timeout: 20_000 })
  if (status !== 0) return undefined
  const [path, version, compileMs]: [string, string, number] = JSON.parse(stdout)
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  const supported = major === 3 && (minor > 10 || (minor === 10 && patch >= 2))
  return supported ? { path, version, compileMs } : undefined
}

/**
 * The virtual environment with Cloud Custodian, made once and again whenever its requirements or the Python change.
 * Throws a UserError of one line if it cannot be made.
 */
export async function buildCustodianEnvironment(python: Python, say: (line: string) => void): Promise<string> {
  const requirements = join(ROOT, 'bench', 'requirements.txt')
  const folder = join(ROOT, '.venv', 'bench')
  const inside = join(folder, 'bin', 'python')
  const stampFile = join(folder, 'virtguard-stamp')
  const stamp = createHash('sha256')
    .update(readFileSync(requirements))
    .update(python.path + python.version)
    .digest('hex')
  const checkWorks = () => spawnSync(inside, ['-c', 'import c7n.mu'], { timeout: 30_000 }).status === 0
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && checkWorks()) return inside
  say('making a Python environment for Cloud Custodian (once)')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(ROOT, '.venv'), { recursive: true })
  const made = spawnSync(python.path, ['-m', 'venv', folder], { encoding: 'utf8', timeout: 120_000 })
  if (made.status !== 0) {
    const said = `${made.stdout}${made.stderr}`.trim().split('\n').at(-1)
    throw new UserError(`${python.path} cannot make a virtual environment (Debian: apt install python3-venv): ${said}`)
  }
  await installPackages({ python: inside, requirements, what: 'Cloud Custodian', say, env: process.env }).catch(
    error => {
      if (!(error instanceof UserError)) throw error
      const command = '.venv/bench/bin/python -m pip install --require-hashes -r bench/requirements.txt'
      throw new UserError(`the Python packages of Cloud Custodian cannot be installed (to see why: ${command})`)
    },
  )
  writeFileSync(stampFile, stamp)
  return inside
}
