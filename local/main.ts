// The program behind `npm start`, once the packages are installed.
import { rmSync } from 'node:fs'
import { UserError } from '../shared/errors.ts'
import { type Cloud, startCloud } from './cloud.ts'
import { replayInstead } from './fallback.ts'
import { KEPT_FILE } from './keep.ts'
import { HELP, type Options, readOptions } from './options.ts'
import { preparePython } from './python.ts'
import { SHOW_POLICY } from './scenes.ts'
import { createScreen, type Screen } from './screen.ts'
import { keepShowing, show } from './show.ts'

const EMAIL = 'user@example.com'

async function main(screen: Screen): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    screen.line(HELP)
    return 0
  }
  const python = await findPython(screen)
  if ('missing' in python) {
    screen.step(`No local cloud: ${python.missing}.`)
    screen.step('Instead, the same launches through virtguard replay:')
    return replayInstead(options.policy ?? SHOW_POLICY)
  }
  return runOnCloud(python.path, options, screen)
}

async function findPython(screen: Screen): Promise<{ readonly path: string } | { readonly missing: string }> {
  try {
    return { path: await preparePython({ say: screen.step }) }
  } catch (error) {
    if (error instanceof UserError) return { missing: error.message }
    throw error
  }
}

/** Ends the cloud however the show ends: at its end, on a problem, or on Ctrl-C. */
async function runOnCloud(python: string, { keep, policy }: Options, screen: Screen): Promise<number> {
  let stop: Cloud['stop'] = async () => {}
  let problems: readonly string[] = []
  const setting = { email: EMAIL, screen, ...(policy !== undefined && { policy }) }
  const noteBegun = (stopping: Cloud['stop']) => {
    stop = stopping
  }
  const createShowing = async () => {
    const deploying = { email: EMAIL, policy: policy ?? SHOW_POLICY }
    const cloud = await startCloud({ python, ...deploying, say: screen.step, begun: noteBegun })
    problems = await show(cloud, setting)
    if (keep) await keepShowing(cloud, setting)
    return problems.length === 0 ? 0 : 1
  }
  try {
    const code = await Promise.race([waitForInterruption(), createShowing()])
    for (const problem of problems) process.stderr.write(`virtguard: ${problem}\n`)
    return code
  } finally {
    rmSync(KEPT_FILE, { force: true })
    await stop({ keep: problems.length > 0 })
    screen.step('The local cloud has ended')
  }
}

/** Resolves with the exit code of a process that was asked to end. */
const waitForInterruption = () =>
  new Promise<number>(resolve => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const)
      process.on(signal, () => resolve(code))
  })

/** This does not end the process itself: the last output may still be on its way to a pipe. */
const end = (code: number) => process.stdout.write('', () => process.exit(code))

main(createScreen(process.stdout)).then(end, error => {
  const known = error instanceof UserError
  process.stderr.write(known ? `virtguard: ${error.message}\n` : `${error?.stack ?? error}\n`)
  end(known ? 2 : 1)
})
