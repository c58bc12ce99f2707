// Before the cloud tests: a local cloud for each kind of policy, from a shell that is full of things they must not use.
import { startCloud } from '../../local/cloud.ts'
import { pythonWithEmulators } from '../../local/python.ts'
import { UserError } from '../../shared/errors.ts'
import { buildCommand } from '../support/installed-command.ts'
import { HOSTILE } from './hostile.ts'
import { POLICIES, STARTED } from './policies.ts'
import { running } from './running.ts'

const say = (line: string) => {
  process.stdout.write(`local cloud: ${line}\n`)
}

async function start(): Promise<void> {
  const python = await pythonOrReason()
  if (python === undefined) return
  buildCommand()
  const before = { ...process.env }
  Object.assign(process.env, HOSTILE)
  const clouds = await Promise.allSettled([startWith(python, 'observes'), startWith(python, 'enforces')])
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
  const started = clouds.map(cloud => {
    if (cloud.status === 'rejected') throw cloud.reason
    return cloud.value
  })
  process.env[STARTED] = JSON.stringify(Object.fromEntries(started))
}

async function startWith(python: string, policy: keyof typeof POLICIES) {
  const file = POLICIES[policy]
  const cloud = await startCloud({
    python,
    email: 'user@example.com',
    ...(file !== undefined && { policy: file }),
    say: line => say(`policy ${policy}: ${line}`),
    begun: stop => running.push(stop),
  })
  const { folder, endpoints, stack } = cloud
  return [policy, { python, folder, endpoints, resources: stack.list, outputs: stack.outputs }] as const
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
