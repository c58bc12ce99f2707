// Starts a local cloud for each kind of policy, from a shell that is full of things that they must not use, and keeps them
// until its input ends: start.ts <python> <folder>. What the tests need of a cloud is in the folder once it is up.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Cloud, startCloud } from '../../local/cloud.ts'
import { HOSTILE } from './hostile.ts'
import { POLICIES } from './policies.ts'

const [python = '', folder = ''] = process.argv.slice(2)
const stops: Cloud['stop'][] = []

const startWith = async (policy: keyof typeof POLICIES): Promise<object> => {
  const begun = Date.now()
  const file = POLICIES[policy]
  const say = (line: string) => process.stdout.write(`local cloud: policy ${policy}: ${line}\n`)
  const cloud = await startCloud({
    python,
    email: 'user@example.com',
    ...(file !== undefined && { policy: file }),
    say,
    begun: stop => stops.push(stop),
  })
  const { folder, endpoints, stack } = cloud
  return { folder, endpoints, resources: stack.list, outputs: stack.outputs, milliseconds: Date.now() - begun }
}

/** Whole or not there: a test looks for it all the time. */
const tell = (policy: string, alerted: object): void => {
  const file = path.join(folder, `${policy}.json`)
  writeFileSync(`${file}.part`, JSON.stringify(alerted))
  renameSync(`${file}.part`, file)
}

async function main(): Promise<void> {
  Object.assign(process.env, HOSTILE)
  for (const policy of ['observes', 'enforces'] as const)
    startWith(policy).then(
      cloud => tell(policy, cloud),
      error => tell(policy, { problem: `${error}` }),
    )
  process.stdin.resume()
  await new Promise(resolve => process.stdin.on('end', resolve))
  for (const stop of stops) await stop()
  rmSync(folder, { recursive: true, force: true })
  process.exit()
}

void main()
