import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readSettingsFrom, type Settings } from '../../infra/settings/context.ts'
import { UserError } from '../../shared/errors.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { aTemplate } from './stack.ts'

const scratch = mkdtempSync(join(tmpdir(), 'virtguard-settings-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const settings = join(scratch, 'deploy.yaml')
const readOf = (text: string, more: Readonly<Record<string, unknown>> = {}) => {
  writeFileSync(settings, `version: 1\n${text}`)
  return readSettingsFrom({ settings, ...more })
}

const mistakeOf = (text: string, more: Readonly<Record<string, unknown>> = {}): string => {
  try {
    readOf(text, more)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
  throw new Error('no mistake was found')
}

writeFileSync(join(scratch, 'policy.yaml'), 'version: 1\nrules: { paravirtual-instance: { mode: enforce } }\n')

describe('a settings file', () => {
  test('may say nothing', () => {
    expect(readOf('')).toEqual(readSettingsFrom({}))
    expect(readOf('sweepRegions: own\n').policy).toBe(DEFAULT_POLICY)
  })

  test('of docs/settings.md is valid with the example of a policy beside it, as it stands there', () => {
    const docs = join(__dirname, '../../docs')
    const [, text = ''] =
      /```yaml\n(version: 1\n[\s\S]*?)```/.exec(readFileSync(join(docs, 'settings.md'), 'utf8')) ?? []
    const folder = mkdtempSync(join(scratch, 'docs-'))
    writeFileSync(join(folder, 'deploy.yaml'), text)
    copyFileSync(join(docs, 'policy.example.yaml'), join(folder, 'policy.yaml'))
    expect(readSettingsFrom({ settings: join(folder, 'deploy.yaml') })).toMatchObject({
      emails: ['team@example.com'],
      options: { logRetention: 365 },
    })
  })

  test('that says nothing deploys the template of no settings file, byte for byte', () => {
    const textOf = (settings: Settings) => JSON.stringify(aTemplate(settings).toJSON())
    expect(textOf(readOf(''))).toBe(textOf(readSettingsFrom({})))
    expect(textOf(readOf('tags: { team: platform }\n'))).not.toBe(textOf(readSettingsFrom({})))
  })

  test('says the same as the -c keys', () => {
    const policy = join(scratch, 'policy.yaml')
    const email = 'ops@example.com,user@example.com'
    expect(
      readOf('policy: policy.yaml\naddresses: [ops@example.com, user@example.com]\nlive: true\nsweepRegions: all\n'),
    ).toEqual(readSettingsFrom({ policy, email, live: 'on', sweepRegions: 'all' }))
    expect(readOf('subscribers: own\nlive: false\nsweepRegions: [eu-west-1, us-east-1]\n')).toEqual(
      readSettingsFrom({ subscribers: 'own', live: 'off', sweepRegions: 'eu-west-1,us-east-1' }),
    )
  })

  test('makes the stack the hub of an organization, whose roles are never moved or renamed', () => {
    const { organization, options } = readOf('organization: o-a1b2c3d4e5\n')
    expect({ organization, options }).toEqual({ organization: 'o-a1b2c3d4e5', options: undefined })
    for (const [key, value] of [
      ['namePrefix', 'team-a'],
      ['rolePath', '/guards/'],
    ] as const)
      expect(mistakeOf(`organization: o-a1b2c3d4e5\n${key}: ${value}\n`)).toBe(
        `${settings} organization: spokes trust the roles of the hub by fixed names without a path; leave ${key} out`,
      )
  })

  test('goes together with -c keys that it does not have', () => {
    expect(readOf('live: true\n', { email: 'ops@example.com' })).toMatchObject({
      live: true,
      emails: ['ops@example.com'],
    })
  })

  test('asks for the hook as the -c key does, and says what it makes of what is not known', () => {
    expect(readOf('hook: warn\n')).toEqual(readSettingsFrom({ hook: 'warn' }))
    const options = { hookUnknown: 'fail' }
    expect(readOf('hook: fail\nhookUnknown: fail\n')).toMatchObject({ hook: 'fail', options })
    expect(readOf('hookUnknown: fail\n', { hook: 'fail' })).toMatchObject({ hook: 'fail', options })
    expect(mistakeOf('hookErrors: fail\n')).toBe(
      `${settings} hookErrors: there is no hook; add hook: warn, or leave it out`,
    )
  })

  test('says what no -c key can', () => {
    expect(readOf('xray: true\n').options).toEqual({ xray: true })
  })

  test.each([
    ['live: on\n', {}, `${settings}:2:1 live: "on" is not valid; write true or false`],
    [
      'addresses: [ops@example.com]\n',
      { email: 'x@example.com' },
      `context email: is addresses in ${settings}, too; give it in one of them`,
    ],
    [
      'live: false\npolicy: policy.yaml\nsubscribers: own\n',
      {},
      `${settings} live: a policy that enforces needs the live policy and its switch; leave it out`,
    ],
    [
      'policy: other.yaml\n',
      {},
      `${settings} policy: ${join(scratch, 'other.yaml')} cannot be read (ENOENT); name a policy file, from the folder of the settings`,
    ],
  ])('is refused in one line: %j %j', (text, more, line) => {
    expect(mistakeOf(text, more)).toBe(line)
  })

  test.each([
    ['', 'context settings: needs a file, -c settings=FILE'],
    [
      '/nowhere/d.yaml',
      'context settings: /nowhere/d.yaml cannot be read (ENOENT); give a settings file, -c settings=FILE',
    ],
  ])('is refused if it is not there: %j', (file, line) => {
    expect(() => readSettingsFrom({ settings: file })).toThrow(line)
  })
})
