// Checks and installs everything that the rest needs. Plain Node without packages, because it installs them.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const OLDEST_NODE = [20, 11]
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/

/** One line that says what to do if this Node is too old, else undefined. */
export function nodeProblem(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined
  return `virtguard needs Node.js ${OLDEST_NODE.join('.')} or newer, and this is ${version}: install a newer one from https://nodejs.org`
}

/** Why `npm ci` has to run in this folder, or undefined if the installed packages are those of the lock file. */
export function packagesProblem(root) {
  const installedFile = path.join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return 'the packages are not installed yet'
  const locked = readPackages(path.join(root, 'package-lock.json'))
  const installed = readPackages(installedFile)
  if (!installed) return 'the installed packages are incomplete'
  for (const [folder, { version, optional }] of Object.entries(locked ?? {})) {
    if (folder === '') continue
    const found = installed[folder]
    if (!found && optional) continue
    if (!found || !existsSync(path.join(root, folder))) return `${nameOf(folder)} is missing`
    if (found.version !== version) return `${nameOf(folder)} is ${found.version}, the lock file says ${version}`
  }
  return undefined
}

/**
 * Installs the packages of the lock file if that is needed. Returns one line if that is not possible, else undefined.
 */
export async function setUp(root, say = line => process.stdout.write(`${line}\n`)) {
  const tooOld = nodeProblem()
  if (tooOld) return tooOld
  const problem = packagesProblem(root)
  if (!problem) return undefined
  say(`Installing npm packages with npm ci (${problem}) …`)
  const started = Date.now()
  const ticking = setInterval(() => say(`  still installing, ${seconds(started)} s`), 5000)
  const { code, output } = await npm(root)
  clearInterval(ticking)
  if (code !== 0) return npmProblem(output)
  say(`  installed in ${seconds(started)} s`)
  return undefined
}

/** Hands over to another Node process on this terminal, and ends with its exit code. */
export function handOver(args, root) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  // The terminal sends Ctrl-C to both. The child cleans up and decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

function npm(root) {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=2']
  args.push('--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000')
  // Under `npm start`, the npm that was called; else the one on the PATH (a .cmd file on Windows, which needs a shell).
  const { npm_execpath: npmScript } = process.env
  const usable = npmScript !== undefined && /npm-cli\.c?js$/.test(npmScript)
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: !usable && process.platform === 'win32' }
  return new Promise(resolve => {
    const child = usable ? spawn(process.execPath, [npmScript, ...args], options) : spawn('npm', args, options)
    let output = ''
    const keep = chunk => {
      output = (output + chunk).slice(-20_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', error => resolve({ code: 1, output: `npm error ${error.message}` }))
    child.on('close', code => resolve({ code, output }))
  })
}

function npmProblem(output) {
  const reason = output.match(UNREACHABLE)?.[0]
  if (reason)
    return `the npm registry cannot be reached (${reason}): check the network or npm's registry setting, then run this again`
  const lines = output.split('\n').map(line => line.replace(/^npm (error|ERR!) ?/, '').trim())
  const first = lines.find(line => line !== '' && !/^code /.test(line)) ?? 'it said nothing'
  return `npm ci failed: ${first} (run npm ci to see all of it)`
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

const nameOf = folder => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
const seconds = started => Math.round((Date.now() - started) / 1000)
