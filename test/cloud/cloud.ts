// The local clouds that `start.ts` started, for the tests that run on them.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe } from '@jest/globals'
import { createClients } from '../../local/clients.ts'
import { type Cloud, createCalls } from '../../local/cloud.ts'
import { findPhysicalId } from '../../local/deploy.ts'
import { isolateProcess } from '../../local/isolation.ts'
import type { Call } from '../../local/relay.ts'
import { type POLICIES, STARTED } from './policies.ts'

const started = process.env[STARTED]
const start: { readonly folder: string } = JSON.parse(started ?? '{}')

const PATIENCE_MS = 300_000

/** `describe`, but skipped with the reason in its name where there is no local cloud; waits until the cloud is up. */
export const describeCloud = (name: string, tests: () => void, policy: keyof typeof POLICIES = 'observes'): void => {
  if (started === undefined) describe.skip(`${name} (no local cloud: ${process.env['VIRTGUARD_CLOUD_MISSING']})`, tests)
  else
    describe(name, () => {
      beforeAll(() => isUp(policy), PATIENCE_MS)
      tests()
    })
}

const fileOf = (policy: keyof typeof POLICIES): string => path.join(start.folder, `${policy}.json`)

const isUp = async (policy: keyof typeof POLICIES): Promise<void> => {
  while (!existsSync(fileOf(policy))) await new Promise(resolve => setTimeout(resolve, 100))
  const { problem } = JSON.parse(readFileSync(fileOf(policy), 'utf8'))
  if (problem !== undefined) throw new Error(problem)
}

export type TestCloud = Omit<Cloud, 'stop'> & { readonly python: string; readonly calls: () => readonly Call[] }

/** The cloud where the deployed policy observes, or the one where it enforces: each has emulators of its own. */
export const theCloud = (policy: keyof typeof POLICIES = 'observes'): TestCloud => {
  const { python, folder, endpoints, outputs, resources } = JSON.parse(readFileSync(fileOf(policy), 'utf8'))
  isolateProcess(process.env, folder)
  const idOf: Cloud['stack']['idOf'] = (name, type) => findPhysicalId(resources, name, type)
  const stack = { list: resources, outputs, idOf }
  return { python, folder, endpoints, clients: createClients(endpoints), stack, calls: () => createCalls(folder) }
}
