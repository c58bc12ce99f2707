// Before the cloud tests: the emulators are installed, and a local cloud for each kind of policy starts, in a process of its
// own, beside the first tests.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import path from 'node:path'
import { findPython } from '../../local/python.ts'
import { ROOT } from '../../local/root.ts'
import { UserError } from '../../shared/errors.ts'
import { buildCommand } from '../support/installed-command.ts'
import { STARTED } from './policies.ts'
import { running } from './running.ts'

async function start(): Promise<void> {
  if (!isPythonThere()) return
  buildCommand()
  const parent = path.join(ROOT, '.local')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(path.join(parent, 'clouds-'))
  const script = path.join(ROOT, 'test', 'cloud', 'start-clouds.ts')
  const clouds = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    cwd: ROOT,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = new Promise<void>(resolve => clouds.on('exit', () => resolve()))
  running.push(async () => {
    clouds.stdin.end()
    await ended
  })
  process.env[STARTED] = JSON.stringify({ folder })
}

/** Without Python the tests are skipped for all to see, but not where they are to be relied on. */
function isPythonThere(): boolean {
  try {
    findPython()
    return true
  } catch (error) {
    if (!(error instanceof UserError) || process.env['CI']) throw error
    process.stdout.write(`local cloud: the tests of the deployed stack are SKIPPED: ${error.message}\n`)
    process.env['VIRTGUARD_CLOUD_MISSING'] = error.message
    return false
  }
}

// biome-ignore lint/style/noDefaultExport: this is how jest takes it
export default start
