// Starts a local cloud for each kind of policy, from a shell that is full of things that they must not use, and keeps them
// until its input ends: start-clouds.ts <folder>. What the tests need of a cloud is in the folder once it is up.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Cloud, startCloud } from '../../local/cloud.ts'
import { preparePython } from '../../local/python.ts'
import { HOSTILE } from './hostile.ts'
import { POLICIES } from './policies.ts'

const [folder = ''] = process.argv.slice(2)
const stops: Cloud['stop'][] = []

const say = (line: string) => {
  process.stdout.write(`local cloud: ${line}\n`)
}

const startWith = async (policy: keyof typeof POLICIES, python: string): Promise<object> => {
  const begun = Date.now()
  const file = POLICIES[policy]
  const cloud = await startCloud({
    python,
    email: 'user@example.com',
    ...(file !== undefined && { policy: file }),
    say: line => say(`policy ${policy}: ${line}`),
    begun: stop => stops.push(stop),
  })
  const { folder, endpoints, stack } = cloud
  return { python, folder, endpoints, resources: stack.list, outputs: stack.outputs, milliseconds: Date.now() - begun }
}

/** Whole or not there: a test looks for it all the time. */
const tell = (policy: string, alerted: object): void => {
  const file = path.join(folder, `${policy}.json`)
  writeFileSync(`${file}.part`, JSON.stringify(alerted))
  renameSync(`${file}.part`, file)
}

async function main(): Promise<void> {
  // From the shell as it is: a registry of packages may be named there.
  const python = preparePython({ say, env: { ...process.env } })
  Object.assign(process.env, HOSTILE)
  for (const policy of ['observes', 'enforces'] as const)
    python
      .then(found => startWith(policy, found))
      .then(
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
