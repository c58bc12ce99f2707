import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { renderPolicyFile } from '../../cli/live-policy/as-file.ts'
import { listChanges } from '../../cli/live-policy/changes.ts'
import { readLive } from '../../shared/aws/ledger/policy-store.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { serializeChannels } from '../../shared/policy/same-channels.ts'
import { ROUTED } from '../policy/channel-cases.ts'
import { inMemoryDynamo } from '../support/cloud/dynamodb.ts'
import { omitPresets } from './applying.ts'
import { deployed, expectNoCalls, tableInMemory } from './aws.ts'
import { inFolder, virtguard } from './run-cli.ts'

beforeEach(expectNoCalls)

const CHANNELS = 'channels: { ops: { type: amazon-q }, mail: { type: email, addresses: [ops@example.com] } }\n'
const withRoutes = (routes = ''): string => `version: 1\n${CHANNELS}${routes}`
const load = (text: string): Policy => parsePolicy(text, 'policy.yaml')

/** A stack that was deployed with this policy, and its table. */
const aStack = (text: string, outputs: Readonly<Record<string, string>> = {}) => {
  const policy = load(text)
  const names = Object.keys(policy.channels ?? {})
  const hash = createHash('sha256').update(serializeChannels(policy)).digest('hex')
  deployed({
    LedgerTable: 'ledger',
    ...outputs,
    ...(names.length > 0 && { Channels: names.join(' '), ChannelsHash: hash }),
  })
  const dynamo = inMemoryDynamo()
  tableInMemory(dynamo)
  return () => readLive(dynamo.client(), 'ledger')
}

const apply = async (text: string, ...args: string[]) => {
  let result = {} as Awaited<ReturnType<typeof virtguard>>
  await inFolder({ 'policy.yaml': text }, async folder => {
    result = await virtguard(['policy', 'apply', join(folder, 'policy.yaml'), ...args])
  })
  return { ...result, errLines: omitPresets(result.errLines) }
}

describe('policy apply', () => {
  test('applies other routes to the channels of the stack, and shows them', async () => {
    const live = aStack(withRoutes())
    const routes = 'routes:\n  - { to: [ops, mail], daily: { at: "08:00", zone: UTC } }\n'
    const { code, out } = await apply(withRoutes(routes))
    expect(code).toBe(0)
    expect(out).toContain('added: route of every alert to ops, mail, daily at 08:00 UTC\n')
    expect((await live()).policy).toEqual(load(withRoutes(routes)))
  })

  test.each([
    ['without channels', 'version: 1\n', '(none) are not those that the stack Virtguard was deployed with (ops, mail)'],
    ['with another address', withRoutes().replace('ops@', 'boss@'), '(ops, mail) are not those that the stack'],
    ['with one more', withRoutes().replace('{ ops', '{ hub: { type: security-hub }, ops'), '(hub, ops, mail) are not'],
  ])('refuses a policy %s if the stack is known, and writes nothing', async (_, text, words) => {
    const live = aStack(withRoutes())
    const { code, errLines } = await apply(text)
    expect(code).toBe(2)
    expect(errLines).toEqual([expect.stringContaining(words)])
    expect(errLines[0]).toContain('channels change with a deployment only')
    expect(await live()).toEqual({ stops: 'on' })
  })

  test('refuses channels for a stack that has none', async () => {
    aStack('version: 1\n')
    const { code, err } = await apply(withRoutes())
    expect(code).toBe(2)
    expect(err).toContain('(ops, mail) are not those that the stack Virtguard was deployed with (none)')
  })

  test.each([
    ['refused if the stack has no other reader', { AlertReaders: 'channels' }, 2],
    ['accepted if addresses get every alert', { AlertReaders: 'addresses' }, 0],
    ['accepted if that is not known', {}, 0],
  ])('of a policy that would stop instances and whose alerts reach no channel is %s', async (_, outputs, exitCode) => {
    aStack(withRoutes(), outputs)
    const enforcing = 'rules: { paravirtual-instance: { mode: enforce } }\n'
    const routes = `${enforcing}routes:\n  - { match: { mode: observe }, to: [ops, mail] }\n`
    const { code, err } = await apply(withRoutes(routes), '--yes')
    expect(code).toBe(exitCode)
    expect(
      err.includes('paravirtual-instance would stop instances, and nobody gets the alert in the stack Virtguard'),
    ).toBe(exitCode === 2)
  })

  test('warns of alerts that reach no channel if only the table is named, as it cannot know the channels', async () => {
    aStack('version: 1\n')
    const routes = 'routes:\n  - { match: { rule: [paravirtual-*] }, to: [ops, mail] }\n'
    const { code, errLines } = await apply(withRoutes(routes), '--table', 'ledger')
    expect(code).toBe(0)
    expect(errLines[0]).toContain('no route takes them, so they reach no channel')
  })
})

describe('a policy with channels', () => {
  test('is shown as a file that reads back as the same policy', () => {
    const policy = load(ROUTED)
    expect(load(renderPolicyFile(policy))).toEqual(policy)
    expect(renderPolicyFile(policy)).toMatch(/from: "22:00"/)
  })

  test('differs from another by channels and routes', () => {
    const lines = (before: string, after: string): readonly string[] => listChanges(load(before), load(after)).lines
    const night = 'routes:\n  - { to: [ops, mail], quiet: { from: "22:00", to: "07:00", zone: UTC } }\n'
    expect(lines(withRoutes(), withRoutes())).toEqual([])
    expect(lines('version: 1\n', withRoutes())).toEqual([
      'added: channel ops (amazon-q)',
      'added: channel mail (email)',
    ])
    expect(lines(withRoutes(), withRoutes().replace('ops@', 'boss@'))).toEqual(['channel mail: another email'])
    expect(lines(withRoutes(night), withRoutes())).toEqual([
      'removed: route of every alert to ops, mail, held from 22:00 to 07:00 UTC',
      'without a route every alert goes to every channel, at once',
    ])
    const one = '  - { match: { rule: [ena-disabled], region: [eu-*] }, to: [ops] }\n'
    const two = '  - { match: { mode: observe }, to: [mail] }\n'
    expect(lines(withRoutes(`routes:\n${one}${two}`), withRoutes(`routes:\n${two}${one}`))).toEqual([
      'routes: the same, in another order or number',
    ])
    expect(
      lines(withRoutes(`routes:\n${one}${two}`), withRoutes(`routes:\n${two}`).replace('[mail]', '[mail, ops]')),
    ).toEqual([
      'removed: route for rule ena-disabled; region eu-* to ops',
      'removed: route for mode observe to mail',
      'added: route for mode observe to mail, ops',
    ])
  })

  test('is unchanged if it has none', () => {
    expect(renderPolicyFile(DEFAULT_POLICY)).not.toMatch(/channels|routes/)
  })
})

describe('policy validate', () => {
  const UNSEEN = withRoutes('routes:\n  - { match: { mode: observe }, to: [ops, mail] }\n').replace(
    'channels:',
    'rules: { paravirtual-instance: { mode: enforce } }\nchannels:',
  )
  const validate = async (...args: string[]) => {
    let result = {} as Awaited<ReturnType<typeof virtguard>>
    await inFolder({ 'policy.yaml': UNSEEN }, async folder => {
      result = await virtguard(['policy', 'validate', join(folder, 'policy.yaml'), ...args])
    })
    return result
  }

  test('refuses a policy that would stop instances and whose alerts no route matches', async () => {
    const { code, errLines } = await validate()
    expect(code).toBe(2)
    expect(errLines).toEqual([
      expect.stringContaining('routes: paravirtual-instance would stop instances, and no route takes the alert before'),
    ])
  })

  test('accepts it if the stack has other readers', async () => {
    expect((await validate('--other-readers')).code).toBe(0)
  })
})
