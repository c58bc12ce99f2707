import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { refusal } from '../support/ec2-endpoint.ts'
import { inFolder, virtguard } from './run-cli.ts'
import { type Fleet, PV, start } from './scan-endpoint.ts'

const DENIED = refusal(
  'UnauthorizedOperation',
  'User: x is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows it',
  403,
)

const TWO: Fleet = {
  'us-east-1': [{ instanceId: 'i-01' }, { instanceId: 'i-02', ...PV }],
  'eu-west-1': [{ instanceId: 'i-03' }, { instanceId: 'i-04', ...PV, state: 'terminated' }],
}

const lines = (text: string) =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

describe('a scan', () => {
  test('reads the region of the environment, and says what it found', async () => {
    const { calls } = await start(TWO)
    const { code, out, errLines } = await virtguard(['scan', '--rule', 'paravirtual-instance'])
    expect(code).toBe(1)
    expect(lines(out)).toMatchObject([
      { rule: 'paravirtual-instance', resource: { id: 'i-02', accountId: '123456789012', region: 'us-east-1' } },
    ])
    expect(errLines).toEqual([
      'virtguard: 2 instances in 1 region: 1 failed, 1 passed',
      'virtguard: 1 finding: 1 MEDIUM',
    ])
    expect(calls.map(({ action }) => action)).toEqual(['GetCallerIdentity', 'DescribeInstances'])
  })

  test('reads every region that is enabled', async () => {
    await start({ ...TWO, 'ap-south-1': [] })
    const { code, errLines } = await virtguard(['scan', '--all-regions', '--rule', 'paravirtual-instance'])
    expect(code).toBe(1)
    expect(errLines[0]).toBe('virtguard: 3 instances in 3 regions: 1 failed, 2 passed; 1 terminated, not evaluated')
  })

  test('ends with 0 if nothing failed, or nothing as high as --fail-on', async () => {
    await start(TWO)
    expect((await virtguard(['scan', '--region', 'eu-west-1'])).code).toBe(0)
    expect((await virtguard(['scan', '--fail-on', 'HIGH'])).code).toBe(0)
  })

  test('assumes roles in other accounts, each with what its region has', async () => {
    await start({
      'AKIA111111111111/us-east-1': [{ instanceId: 'i-11', ...PV }],
      'AKIA222222222222/us-east-1': [{ instanceId: 'i-21' }, { instanceId: 'i-22' }],
      'AKIAOWN/us-east-1': [{ instanceId: 'i-99', ...PV }],
    })
    const roles = ['111111111111', '222222222222'].flatMap(account => [
      '--role-arn',
      `arn:aws:iam::${account}:role/audit`,
    ])
    const { out, errLines } = await virtguard(['scan', ...roles, '--rule', 'paravirtual-instance'])
    expect(lines(out).map(({ resource }) => [resource.accountId, resource.id])).toEqual([['111111111111', 'i-11']])
    expect(errLines[0]).toBe('virtguard: 3 instances in 2 regions in 2 accounts: 1 failed, 2 passed')
  })

  test('with --quick lets EC2 select, and says what that leaves out', async () => {
    const { calls } = await start(TWO)
    const { code, errLines } = await virtguard(['scan', '--quick'])
    expect(code).toBe(1)
    const filters = calls
      .filter(({ action }) => action === 'DescribeInstances')
      .map(({ form }) => form.get('Filter.2.Name'))
    expect(filters).toEqual(['virtualization-type', 'virtualization-type'])
    expect(errLines.some(line => line.startsWith('virtguard: quick: only what'))).toBe(true)
  })

  test.each(['table', 'json', 'csv'])('writes %s', async format => {
    await start(TWO)
    const { out } = await virtguard(['scan', '--format', format, '--rule', 'paravirtual-instance'])
    expect(out).toContain('i-02')
    if (format === 'json') expect(JSON.parse(out)).toHaveLength(1)
    if (format === 'csv') expect(out.split('\n')[0]).toMatch(/^status,severity,/)
  })

  test('writes a file whose ending decides the format', () =>
    inFolder({}, async folder => {
      await start(TWO)
      const file = join(folder, 'fleet.csv')
      const { out, code } = await virtguard(['scan', '--output', file])
      expect([code, out]).toEqual([1, ''])
      expect(readFileSync(file, 'utf8')).toMatch(/^status,severity,/)
    }))

  test('shows bars on a terminal, and nowhere else', async () => {
    await start(TWO)
    const args = ['scan', '--all-regions', '--rule', 'paravirtual-instance']
    const screen = await virtguard(args, { err: { isTerminal: true } })
    expect(screen.err).toContain('of 2 regions read')
    expect(screen.err).toContain('123456789012/us-east-1')
    expect((await virtguard(args)).err).not.toContain('regions read')
    expect((await virtguard([...args, '--no-progress'], { err: { isTerminal: true } })).err).not.toContain(
      'regions read',
    )
  })
})

describe('a region that cannot be read', () => {
  const PARTLY: Fleet = { ...TWO, 'eu-west-1': DENIED }

  test('is named with the missing permission, and the exit code is 2', async () => {
    await start(PARTLY)
    const { code, out, errLines } = await virtguard(['scan', '--all-regions', '--rule', 'paravirtual-instance'])
    expect(code).toBe(2)
    expect(lines(out)).toHaveLength(1)
    expect(errLines).toContain(
      'virtguard: not covered: 123456789012/eu-west-1: the permission ec2:DescribeInstances is missing',
    )
    expect(errLines[0]).toBe('virtguard: 2 instances in 1 of 2 regions: 1 failed, 1 passed')
  })

  test('counts as read with --allow-partial, so that findings decide', async () => {
    await start(PARTLY)
    const args = ['scan', '--all-regions', '--allow-partial']
    expect((await virtguard(args)).code).toBe(1)
    expect((await virtguard([...args, '--fail-on', 'CRITICAL'])).code).toBe(0)
  })

  test('alone never makes a scan that ends well', async () => {
    await start({ 'us-east-1': DENIED })
    expect((await virtguard(['scan', '--allow-partial'])).code).toBe(2)
  })

  test('may be every region of an account whose role cannot be assumed', async () => {
    const refused = refusal(
      'AccessDenied',
      'User: x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/audit',
      403,
    )
    await start(TWO, ({ action, form }) =>
      action === 'AssumeRole' && form.get('RoleArn')?.includes('222222222222')
        ? {
            ...refused,
            body: refused.body
              .replaceAll('Response>', 'ErrorResponse>')
              .replace('<Errors>', '')
              .replace('</Errors>', ''),
          }
        : undefined,
    )
    const roles = ['111111111111', '222222222222'].flatMap(account => [
      '--role-arn',
      `arn:aws:iam::${account}:role/audit`,
    ])
    const { code, errLines } = await virtguard(['scan', ...roles, '--region', 'us-east-1'])
    expect(code).toBe(2)
    expect(errLines).toContain(
      'virtguard: not covered: 222222222222/us-east-1: the permission sts:AssumeRole is missing',
    )
  })

  test('may be every region if the regions may not be listed', async () => {
    const refused = refusal('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403)
    await start(TWO, ({ action }) => (action === 'DescribeRegions' ? refused : undefined))
    const { code, errLines } = await virtguard(['scan', '--all-regions'])
    expect(code).toBe(2)
    expect(errLines).toContain(
      'virtguard: not covered: 123456789012/all regions: the permission ec2:DescribeRegions is missing',
    )
  })
})

describe('a mistake of scan', () => {
  test.each([
    [['--all-regions', '--region', 'us-east-1'], '--all-regions reads every region'],
    [['--quick', '--all'], '--quick leaves out what passes'],
    [['--region', 'Ireland'], 'Write it like us-east-1'],
    [['--role-arn', 'audit'], 'Write it like arn:aws:iam::123456789012:role/audit'],
    [['--rule', 'paravirtual'], 'there is no rule paravirtual'],
    [['--output', '/nowhere/at/all.csv'], '/nowhere/at/all.csv'],
    [['--policy', '/nowhere/policy.yaml'], '/nowhere/policy.yaml'],
  ])('for %j is one line, and asks nothing of AWS', async (args, words) => {
    const { calls } = await start(TWO)
    const { code, errLines } = await virtguard(['scan', ...args])
    expect([code, errLines.length]).toEqual([2, 1])
    expect(errLines[0]).toContain(words)
    expect(calls).toEqual([])
  })

  test('for missing credentials is one line', async () => {
    await start(TWO)
    delete process.env['AWS_ACCESS_KEY_ID']
    delete process.env['AWS_SECRET_ACCESS_KEY']
    const { code, errLines } = await virtguard(['scan'])
    expect([code, errLines]).toEqual([2, [expect.stringContaining('there are no AWS credentials')]])
  })

  test('for a missing region is one line', async () => {
    await start(TWO)
    delete process.env['AWS_REGION']
    const { code, errLines } = await virtguard(['scan'])
    expect([code, errLines]).toEqual([2, [expect.stringContaining('no region is known; give --region')]])
  })
})
