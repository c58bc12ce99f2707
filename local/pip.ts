import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { UserError } from '../shared/errors.ts'
import { installWithUv } from './uv.ts'

const UNREACHABLE = [
  /NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|Failed to establish a new connection/,
  /Name or service not known|Temporary failure in name resolution|getaddrinfo failed|Network is unreachable/,
]

type Installation = {
  readonly python: string
  readonly requirements: string
  /** What the packages are, in words. */
  readonly what: string
  readonly say: (line: string) => void
  readonly env: NodeJS.ProcessEnv
}

/**
 * Installs exactly the files whose hashes are in the requirements. Throws a UserError of one line if that is not
 * possible.
 */
export async function installPackages(installation: Installation): Promise<void> {
  const { requirements, say } = installation
  const started = Date.now()
  // Some lines of a universal file are for other systems, so this is "at most".
  const total = readFileSync(requirements, 'utf8').match(/^[\w.[\]-]+==/gm)?.length ?? 0
  let collected = 0
  let describeDoing = () => 'installing with uv'
  const formatElapsed = () => `${Math.round((Date.now() - started) / 1000)} s`
  const ticking = setInterval(() => say(`  ${describeDoing()}, ${formatElapsed()}`), 5000)
  try {
    if (await installWithUv(installation)) return say(`  installed in ${formatElapsed()}`)
    describeDoing = () => `package ${collected} of at most ${total}`
    const { code, output } = await runPip(installation, {
      collected: () => {
        collected += 1
      },
      unpacking: () => {
        describeDoing = () => `unpacking ${collected} packages`
      },
    })
    if (code !== 0) throw new UserError(classifyProblem(output, installation.what))
    say(`  installed in ${formatElapsed()}`)
  } finally {
    clearInterval(ticking)
  }
}

type Seen = { readonly collected: () => void; readonly unpacking: () => void }

type Ended = { readonly code: number | null; readonly output: string }

function runPip({ python, requirements, env }: Installation, seen: Seen): Promise<Ended> {
  const options = ['--require-hashes', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off']
  const args = ['-m', 'pip', 'install', ...options, '--retries', '2', '--timeout', '15', '-r', requirements]
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer) => {
      for (const _ of chunk.toString().matchAll(/^Collecting /gm)) seen.collected()
      if (chunk.toString().includes('Installing collected packages')) seen.unpacking()
      output = (output + chunk.toString()).slice(-50_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', reject)
    child.on('close', code => resolve({ code, output }))
  })
}

function classifyProblem(output: string, what: string): string {
  if (UNREACHABLE.some(pattern => pattern.test(output)))
    return `the Python package registry cannot be reached, so that ${what} cannot be installed`
  const errors = output.split('\n').filter(line => line.startsWith('ERROR: '))
  return `pip cannot install ${what}: ${errors.at(-1)?.slice('ERROR: '.length) ?? 'it does not say why'}`
}
