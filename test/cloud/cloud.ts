// The local clouds that `start.ts` started, for the tests that run on them.
import { describe } from '@jest/globals'
import { clientsFor } from '../../local/clients.ts'
import { type Cloud, callsOf } from '../../local/cloud.ts'
import { physicalId } from '../../local/deploy.ts'
import { isolate } from '../../local/isolation.ts'
import type { Call } from '../../local/relay.ts'
import { type POLICIES, STARTED } from './policies.ts'

const started = process.env[STARTED]

/** `describe`, but skipped with the reason in its name where there is no local cloud. */
export const describeCloud = (name: string, tests: () => void): void => {
  if (started) describe(name, tests)
  else describe.skip(`${name} (no local cloud: ${process.env['VIRTGUARD_CLOUD_MISSING']})`, tests)
}

/** The Python that has the emulators, for a cloud that a test starts itself. */
export const thePython = (): string => JSON.parse(started ?? '{}').observes.python

export type TestCloud = Omit<Cloud, 'stop'> & { readonly python: string; readonly calls: () => readonly Call[] }

/** The cloud where the deployed policy observes, or the one where it enforces: each has emulators of its own. */
export const theCloud = (policy: keyof typeof POLICIES = 'observes'): TestCloud => {
  const { python, folder, endpoints, outputs, resources } = JSON.parse(started ?? '{}')[policy]
  isolate(process.env, folder)
  const idOf: Cloud['stack']['idOf'] = (name, type) => physicalId(resources, name, type)
  const stack = { list: resources, outputs, idOf }
  return { python, folder, endpoints, clients: clientsFor(endpoints), stack, calls: () => callsOf(folder) }
}
