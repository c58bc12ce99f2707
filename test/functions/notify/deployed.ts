import fs from 'node:fs'
import { jest } from '@jest/globals'
import { DEFAULT_POLICY } from '../../../shared/policy/load.ts'

const readFile = fs.readFileSync
const isPolicy = (path: unknown): boolean => String(path).endsWith('functions/notify/policy.json')

/** The handler as it is deployed, with the policy that lies beside its bundle. The environment has to be set before. */
export const loadHandler = async (channels: object) => {
  const policy = JSON.stringify({ ...DEFAULT_POLICY, channels })
  const spy = jest.spyOn(fs, 'readFileSync')
  spy.mockImplementation((path, options) => (isPolicy(path) ? policy : readFile(path, options)))
  const { handler } = await import('../../../functions/notify/handler.ts')
  spy.mockRestore()
  return handler
}
