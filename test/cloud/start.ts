// Before the cloud tests: one local cloud for all of them, started from a shell that is full of things it must not use.
import { startCloud } from '../../local/cloud.ts'
import { pythonWithEmulators } from '../../local/python.ts'
import { UserError } from '../../shared/errors.ts'
import { HOSTILE } from './hostile.ts'
import { running } from './running.ts'

const say = (line: string) => {
  process.stdout.write(`local cloud: ${line}\n`)
}

async function start(): Promise<void> {
  const python = await pythonOrReason()
  if (python === undefined) return
  const before = { ...process.env }
  Object.assign(process.env, HOSTILE)
  const cloud = await startCloud({ python, email: 'user@example.com', say, begun: stop => running.push(stop) })
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  process.env['VIRTGUARD_CLOUD'] = JSON.stringify({
    python,
    folder: cloud.folder,
    endpoints: cloud.endpoints,
    resources: cloud.stack.list,
    outputs: cloud.stack.outputs,
  })
}

/** Without Python the tests are skipped for all to see, but not where they are to be relied on. */
async function pythonOrReason(): Promise<string | undefined> {
  try {
    return await pythonWithEmulators({ say })
  } catch (error) {
    if (!(error instanceof UserError) || process.env['CI']) throw error
    say(`the tests of the deployed stack are SKIPPED: ${error.message}`)
    process.env['VIRTGUARD_CLOUD_MISSING'] = error.message
    return undefined
  }
}

// biome-ignore lint/style/noDefaultExport: this is how jest takes it
export default start
