// Before the cloud tests: a local cloud for each kind of policy starts in a process of its own, beside the first tests.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import path from 'node:path'
import { preparePython } from '../../local/python.ts'
import { ROOT } from '../../local/root.ts'
import { UserError } from '../../shared/errors.ts'
import { buildCommand } from '../support/installed-command.ts'
import { STARTED } from './policies.ts'
import { running } from './running.ts'

const say = (line: string) => {
  process.stdout.write(`local cloud: ${line}\n`)
}

async function start(): Promise<void> {
  const python = await pythonOrReason()
  if (python === undefined) return
  buildCommand()
  const parent = path.join(ROOT, '.local')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(path.join(parent, 'clouds-'))
  const script = path.join(ROOT, 'test', 'cloud', 'start-clouds.ts')
  const clouds = spawn(process.execPath, ['--import', 'tsx', script, python, folder], {
    cwd: ROOT,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = new Promise<void>(resolve => clouds.on('exit', () => resolve()))
  running.push(async () => {
    clouds.stdin.end()
    await ended
  })
  process.env[STARTED] = JSON.stringify({ folder, python })
}

/** Without Python the tests are skipped for all to see, but not where they are to be relied on. */
async function pythonOrReason(): Promise<string | undefined> {
  try {
    return await preparePython({ say })
  } catch (error) {
    if (!(error instanceof UserError) || process.env['CI']) throw error
    say(`the tests of the deployed stack are SKIPPED: ${error.message}`)
    process.env['VIRTGUARD_CLOUD_MISSING'] = error.message
    return undefined
  }
}

// biome-ignore lint/style/noDefaultExport: this is how jest takes it
export default start
