import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { bundleFunction } from '../../infra/bundle/bundle.ts'
import { inlineLiteralKeys, SDK_DIET } from '../../infra/bundle/sdk-diet.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { ENVIRONMENT, type Environment, inFreshNode as freshNode } from './fresh-node.ts'

const ROOT = join(__dirname, '../..')
const into = mkdtempSync(join(tmpdir(), 'virtguard-bundles-'))
const NAMES = ['evaluate', 'confirm', 'sweep', 'enforce', 'hook'] as const
const folders = {
  evaluate: join(into, 'evaluate'),
  confirm: join(into, 'confirm'),
  sweep: join(into, 'sweep'),
  enforce: join(into, 'enforce'),
  hook: join(into, 'hook'),
}

beforeAll(async () => {
  await bundleFunction({ name: 'evaluate', policy: DEFAULT_POLICY, into })
  await bundleFunction({ name: 'confirm', into })
  await bundleFunction({ name: 'sweep', policy: DEFAULT_POLICY, into })
  await bundleFunction({ name: 'enforce', policy: DEFAULT_POLICY, into })
  await bundleFunction({ name: 'hook', policy: DEFAULT_POLICY, into })
}, 60_000)

afterAll(() => rmSync(into, { recursive: true, force: true }))

const inFreshNode = (script: string, env: Environment = ENVIRONMENT) => freshNode(script, { cwd: into, env })

const load = (name: keyof typeof folders): string => `require(${JSON.stringify(folders[name])})`

describe('a function in a fresh process', () => {
  test.each(NAMES)('%s starts and says nothing', name => {
    const run = inFreshNode(`console.log(typeof ${load(name)}.handler)`)
    expect(run).toEqual({ status: 0, stdout: 'function\n', stderr: [] })
  })

  test.each([
    ['evaluate', 'Evaluate: environment variable LEDGER_TABLE, ALERTS_TOPIC_ARN is not set'],
    ['sweep', 'Sweep: environment variable LEDGER_TABLE, ALERTS_TOPIC_ARN is not set'],
    ['confirm', 'Confirm: environment variable LEDGER_TABLE is not set'],
    ['enforce', 'Enforce: environment variable LEDGER_TABLE, ALERTS_TOPIC_ARN is not set'],
  ] as const)('%s says in one line what is missing if it has no environment', (name, line) => {
    const { LEDGER_TABLE: _table, ALERTS_TOPIC_ARN: _topic, ...rest } = ENVIRONMENT
    const run = inFreshNode(load(name), rest)
    expect(run).toMatchObject({ status: 1, stdout: '', stderr: [expect.stringContaining(line)] })
  })

  test.each([
    ['confirm', 'Confirm'],
    ['enforce', 'Enforce'],
  ] as const)('%s does not start if it cannot defer a stop', (name, called) => {
    const { SCHEDULE_GROUP: _group, SCHEDULE_ROLE_ARN: _role, ...rest } = ENVIRONMENT
    const line = `${called}: environment variable SCHEDULE_GROUP, SCHEDULE_ROLE_ARN is not set`
    expect(inFreshNode(load(name), rest)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: [expect.stringContaining(line)],
    })
  })

  // What does not start gives no answer, and stops deployments.
  test('hook starts without anything in its environment', () => {
    const run = inFreshNode(`console.log(typeof ${load('hook')}.handler)`, {})
    expect(run).toEqual({ status: 0, stdout: 'function\n', stderr: [] })
  })

  test('confirm needs nothing for stops in a stack without stops', () => {
    const { STOPS_QUEUE_ARN: _stops, SCHEDULE_GROUP: _group, SCHEDULE_ROLE_ARN: _role, ...rest } = ENVIRONMENT
    const run = inFreshNode(`console.log(typeof ${load('confirm')}.handler)`, { ...rest, STOPS: 'absent' })
    expect(run).toEqual({ status: 0, stdout: 'function\n', stderr: [] })
  })

  test.each([
    ['evaluate', 'ec2-'],
    ['evaluate', 'sdk-'],
    ['evaluate', 'launch-configurations-'],
    ['evaluate', 'role-sessions-'],
    ['confirm', 'scheduler-'],
    ['enforce', 'spokes-'],
  ] as const)('%s does not load the client %s* before it is needed', (name, client) => {
    const { stdout } = inFreshNode(
      `${load(name)}; console.log(Object.keys(require.cache).map(f => require('path').basename(f)).join())`,
    )
    expect(stdout).toMatch(/index\.js/)
    expect(stdout).not.toContain(client)
    expect(readdirSync(folders[name]).filter(file => file.startsWith(client))).toHaveLength(1)
  })

  // Each of the SDK's clients brings a table of its shapes, with this name.
  test('evaluate loads no client before it is needed, whatever the client shares with others', () => {
    const { stdout } = inFreshNode(`${load('evaluate')}; console.log(Object.keys(require.cache).join('\\n'))`)
    const loaded = stdout
      .trim()
      .split('\n')
      .filter(file => file.endsWith('.js'))
    expect(loaded.length).toBeGreaterThan(1)
    const shapes = /com\.amazonaws\.\w+/
    expect(loaded.filter(file => shapes.test(readFileSync(file, 'utf8')))).toEqual([])
    expect(
      readdirSync(folders.evaluate).some(file => shapes.test(readFileSync(join(folders.evaluate, file), 'utf8'))),
    ).toBe(true)
  })
})

describe('a bundle', () => {
  test('has its code and the policy that it was made for, and nothing else', () => {
    const files = readdirSync(folders.evaluate)
    expect(
      files.filter(
        file =>
          !/^(index|chunk-\w+|ec2-\w+|launch-configurations-\w+|role-sessions-\w+|sdk-\w+|attempts-by-sdk-\w+)\.js$/.test(
            file,
          ),
      ),
    ).toEqual(['policy.json'])
    expect(JSON.parse(readFileSync(join(folders.evaluate, 'policy.json'), 'utf8'))).toEqual(DEFAULT_POLICY)
    const ofConfirm = readdirSync(folders.confirm)
    expect(ofConfirm.filter(file => !/^(index|chunk-\w+|scheduler-\w+|attempts-by-sdk-\w+)\.js$/.test(file))).toEqual(
      [],
    )
    // They need EC2 for every message, so that only what gives up a message is put aside for later, and STS of a hub.
    for (const folder of [folders.enforce, folders.sweep])
      expect(
        readdirSync(folder).filter(file => !/^(index|chunk-\w+|attempts-by-sdk-\w+|spokes-\w+)\.js$/.test(file)),
      ).toEqual(['policy.json'])
  })

  // How fast it starts is what the bench measures. A plain bundle has 335 kB: then something is in it that does not belong.
  test.each(NAMES)('of %s does not have the whole SDK', name => {
    const files = readdirSync(folders[name]).map(file => readFileSync(join(folders[name], file)))
    const packed = files.map(file => deflateRawSync(file, { level: 9 }).length).reduce((a, b) => a + b)
    expect(packed).toBeLessThan(250_000)
    expect(packed).toBeGreaterThan(30_000)
  })

  test.each(NAMES)('of %s has the same bytes whenever and wherever it is made', async name => {
    const again = await bundleFunction({
      name,
      ...(name !== 'confirm' && { policy: DEFAULT_POLICY }),
      into: join(into, 'again'),
    })
    const bytes = (folder: string) =>
      readdirSync(folder)
        .sort()
        .map(file => [file, readFileSync(join(folder, file), 'utf8')])
    expect(bytes(again)).toEqual(bytes(folders[name]))
  })

  test('does not name the machine that made it', () => {
    for (const folder of Object.values(folders))
      for (const file of readdirSync(folder)) expect(readFileSync(join(folder, file), 'utf8')).not.toContain(ROOT)
  })
})

describe('a smaller SDK', () => {
  test('behaves the same in every call of the functions, in what is sent, read and thrown', async () => {
    const entry = require.resolve('./sdk-calls.ts')
    const small = await bundleFunction({ name: 'calls', entry, into })
    const plain = join(into, 'plain.js')
    await build({
      entryPoints: [entry],
      outfile: plain,
      bundle: true,
      platform: 'node',
      mainFields: ['module', 'main'],
    })
    const run = (file: string) =>
      inFreshNode(`require(${JSON.stringify(file)}).handler().then(o => console.log(JSON.stringify(o)))`)
    const [ofSmall, ofPlain] = [run(small), run(plain)]
    expect(ofPlain).toMatchObject({ status: 0, stderr: [] })
    expect(Object.keys(JSON.parse(ofPlain.stdout))).toHaveLength(27)
    expect(ofPlain.stdout).toContain('TransactionCanceledException')
    expect(JSON.parse(ofSmall.stdout)).toEqual(JSON.parse(ofPlain.stdout))
  })

  test.each(['dynamodb', 'ec2', 'scheduler', 'sns', 'sqs', 'sts'])(
    'behaves the same in every schema table of the %s client',
    async client => {
      const file = join(ROOT, `node_modules/@aws-sdk/client-${client}/dist-es/schemas/schemas_0.js`)
      expect(existsSync(file)).toBe(true)
      const script = async (plugins: typeof SDK_DIET): Promise<string> => {
        const outfile = join(into, `${client}-${plugins.length}.js`)
        await build({ entryPoints: [file], outfile, bundle: true, platform: 'node', format: 'cjs', plugins })
        return `require(${JSON.stringify(outfile)})`
      }
      const { stdout, stderr } = inFreshNode(`
      const told = (_, v) => typeof v === 'function' ? (v.prototype ? v.name : { to: v()?.[2] ?? v() }) : v
      const [small, plain] = [${await script(SDK_DIET)}, ${await script([])}].map(m => JSON.stringify(m, told))
      console.log(small === plain, plain.length)`)
      expect(stderr).toEqual([])
      const [same, length] = stdout.trim().split(' ')
      expect(same).toBe('true')
      expect(Number(length)).toBeGreaterThan(5_000)
    },
  )

  test('is refused if a table is written in another way', () => {
    expect(inlineLiteralKeys('const _e = "error";\nexport var A$ = [3, { [_e]: 1 }];')).toContain('{ "error": 1 }')
    expect(() => inlineLiteralKeys('export var A$ = [3, { [_x]: 1 }];')).toThrow('[_x]')
  })
})
