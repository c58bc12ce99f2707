/** A table in memory, and the commands that change its policy. */
import { join } from 'node:path'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { tableInMemory } from './aws.ts'
import { inFolder, virtguard, type World } from './run-cli.ts'

export const OBSERVING = 'version: 1\n'
export const ENFORCING = 'version: 1\nrules: { paravirtual-instance: { mode: enforce } }\n'
export const EXEMPTING = `${ENFORCING}exemptions:
  - { rule: "*", match: { accountId: "012345678901", instanceType: "m1.*" }, reason: old host, owner: user@example.com, expires: 2027-11-23 }
`

export const aTable = () => {
  const dynamo = inMemoryDynamo()
  tableInMemory(dynamo)
  return { ...dynamo, live: () => readLive(dynamo.client(), 'ledger') }
}

/** Without the names of rules of later presets: a policy that names no preset is said to lack them, whatever it is about. */
export const omitPresets = (lines: readonly string[]): readonly string[] =>
  lines.filter(line => !line.includes('is newer than the preset of the policy'))

/** Runs `policy VERB` with a file of this content, if any. */
export const policy = async (verb: string, content: string | undefined, args: string[] = [], world: World = {}) => {
  let result = {} as Awaited<ReturnType<typeof virtguard>>
  await inFolder({ 'policy.yaml': content ?? '' }, async folder => {
    const file = content === undefined ? [] : [join(folder, 'policy.yaml')]
    result = await virtguard(['policy', verb, ...file, '--table', 'ledger', ...args], world)
  })
  return { ...result, errLines: omitPresets(result.errLines) }
}

export const AT_TERMINAL = (stdin: string): World => ({ stdin, isTTY: true })
