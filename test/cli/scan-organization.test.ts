import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Call, Said } from '../support/ec2-endpoint.ts'
import { inFolder, virtguard } from './run-cli.ts'
import { type Fleet, PV, start } from './scan-endpoint.ts'

const [SHOP, LAB, GONE, OWN] = ['111111111111', '222222222222', '333333333333', '123456789012'] as const
const [ROOT, PRODUCTION, TEAM] = ['r-ab12', 'ou-ab12-11111111', 'ou-ab12-22222222'] as const

const json = (body: object, status = 200): Said => ({
  status,
  body: JSON.stringify(body),
  type: 'application/x-amz-json-1.1',
})

/** As Organizations writes its errors (Organizations API reference, common errors). */
const error = (type: string, Message: string): Said => json({ __type: type, Message }, 400)

const account = (Id: string, Name: string, State = 'ACTIVE', parents: readonly string[] = [ROOT]) => ({
  Id,
  Name,
  State,
  Paths: [`o-a1b2c3d4e5/${parents.join('/')}/${Id}/`],
})

const ACCOUNTS = [
  account(OWN, 'management'),
  account(SHOP, 'shop', 'ACTIVE', [ROOT, PRODUCTION, TEAM]),
  account(LAB, 'lab'),
  account(GONE, 'old', 'SUSPENDED'),
]

/** Two pages, with an empty one between them. */
const listAccounts = (body: string): Said => {
  const { NextToken } = JSON.parse(body)
  if (NextToken === undefined) return json({ Accounts: ACCOUNTS.slice(0, 2), NextToken: 'second' })
  return NextToken === 'second' ? json({ Accounts: [], NextToken: 'third' }) : json({ Accounts: ACCOUNTS.slice(2) })
}

const listBelow = ({ action, body }: Call): Said => {
  const { ParentId } = JSON.parse(body)
  if (![PRODUCTION, TEAM].includes(ParentId))
    return error('ParentNotFoundException', 'You specified a parent that does not exist')
  if (action === 'ListAccountsForParent') return json({ Accounts: ParentId === TEAM ? [ACCOUNTS[1]] : [] })
  return json({ OrganizationalUnits: ParentId === PRODUCTION ? [{ Id: TEAM, Name: 'team' }] : [] })
}

const organization = (call: Call): Said | undefined => {
  if (call.action === 'ListAccounts') return listAccounts(call.body)
  return call.action.endsWith('ForParent') ? listBelow(call) : undefined
}

const FLEET: Fleet = {
  [`AKIA${SHOP}/us-east-1`]: [{ instanceId: 'i-shop', ...PV }],
  [`AKIA${LAB}/us-east-1`]: [{ instanceId: 'i-lab', ...PV }],
  'AKIAOWN/us-east-1': [{ instanceId: 'i-own', ...PV }],
}

const DENIED: Said = {
  status: 403,
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: x is not authorized to perform: sts:AssumeRole on resource: y</Message></Error></ErrorResponse>',
}

const refuseRoles =
  (...accounts: readonly string[]) =>
  (call: Call): Said | undefined =>
    call.action === 'AssumeRole' && accounts.some(id => call.form.get('RoleArn')?.includes(id))
      ? DENIED
      : organization(call)

const ONE_RULE = ['--rule', 'paravirtual-instance']
const lines = (text: string) =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
const found = (out: string) =>
  lines(out)
    .map(({ resource: { id, accountName } }) => [id, accountName])
    .toSorted()

describe('a scan of an organization', () => {
  test('reads every account that is in use, with its name, and names the others', async () => {
    await start(FLEET, organization)
    const { code, out, errLines } = await virtguard(['scan', '--organization', ...ONE_RULE])
    expect(code).toBe(1)
    expect(found(out)).toEqual([
      ['i-lab', 'lab'],
      ['i-own', 'management'],
      ['i-shop', 'shop'],
    ])
    expect(errLines).toEqual([
      `virtguard: left out, because they are not active: ${GONE} SUSPENDED`,
      'virtguard: 3 instances in 3 regions in 3 accounts: 3 failed',
      'virtguard: 3 findings: 3 MEDIUM',
    ])
  })

  test('assumes the role of Organizations for reading alone, and none in the account of the caller', async () => {
    const { calls } = await start(FLEET, organization)
    await virtguard(['scan', '--organization'])
    const assumed = calls.filter(({ action }) => action === 'AssumeRole').map(({ form }) => form)
    expect(assumed.map(form => form.get('RoleArn')).toSorted()).toEqual(
      [SHOP, LAB].map(id => `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`),
    )
    for (const form of assumed)
      expect(JSON.parse(form.get('Policy') ?? '')).toMatchObject({
        Statement: [{ Effect: 'Allow', Action: ['ec2:Describe*', 'autoscaling:Describe*', 'ssm:GetParameters'] }],
      })
  })

  test('takes another role by its name, and all regions', async () => {
    const { calls } = await start(FLEET, organization)
    await virtguard(['scan', '--organization', '--role-name', 'audit/reader', '--all-regions'])
    expect(calls.find(({ action }) => action === 'AssumeRole')?.form.get('RoleArn')).toMatch(/:role\/audit\/reader$/)
    expect(calls.filter(({ action }) => action === 'DescribeRegions')).toHaveLength(3)
  })

  test('reads the accounts of an OU, and of the OUs below it', async () => {
    const { calls } = await start(FLEET, organization)
    const { out } = await virtguard(['scan', '--organization', '--ou', PRODUCTION, ...ONE_RULE])
    expect(found(out)).toEqual([['i-shop', 'shop']])
    expect(calls.map(({ action }) => action)).not.toContain('ListAccounts')
  })

  test('goes on where the role is missing, and says once whose it is to make', async () => {
    await start(FLEET, refuseRoles(SHOP))
    const { code, out, errLines } = await virtguard(['scan', '--organization', ...ONE_RULE])
    expect(code).toBe(2)
    expect(found(out).map(([id]) => id)).toEqual(['i-lab', 'i-own'])
    expect(errLines).toContain(
      `virtguard: not covered: ${SHOP} (shop)/all regions: the role OrganizationAccountAccessRole is missing there, or does not trust you; who administers the account can make it or change its trust`,
    )
  })

  test('names one cause of many accounts in one line', async () => {
    const many = Array.from({ length: 30 }, (_, index) => String(400_000_000_000 + index))
    await start(FLEET, call =>
      call.action === 'ListAccounts'
        ? json({ Accounts: many.map(id => account(id, `n${id.slice(-2)}`)) })
        : refuseRoles(...many)(call),
    )
    const { code, errLines } = await virtguard(['scan', '--organization'])
    expect(code).toBe(2)
    const causes = errLines.filter(line => line.includes('not covered'))
    expect(causes).toHaveLength(1)
    expect(causes[0]).toMatch(/not covered, 30 times: the role .*: 400000000000 \(n00\)\/all regions, 400000000001/)
  })

  test('follows the policy of each account by its OU and its name', () =>
    inFolder(
      {
        'policy.yaml': `version: 1
rules:
  paravirtual-instance: { mode: observe }
organization:
  accounts: { exclude: [{ name: management }] }
overrides:
  - match: { ou: ${PRODUCTION} }
    rules: { paravirtual-instance: { severity: CRITICAL } }
`,
      },
      async folder => {
        await start(FLEET, organization)
        const policy = join(folder, 'policy.yaml')
        const { out, errLines } = await virtguard(['scan', '--organization', '--policy', policy, ...ONE_RULE])
        const bySeverity = lines(out).map(({ severity, resource }) => [resource.id, severity])
        expect(bySeverity.toSorted()).toEqual([
          ['i-lab', 'MEDIUM'],
          ['i-shop', 'CRITICAL'],
        ])
        expect(errLines).toContain(`virtguard: left out, because the policy excludes them: ${OWN}`)
      },
    ))
})

describe('a mistake in a scan of an organization', () => {
  test.each([
    [['--ou', PRODUCTION], '--ou and --role-name are for --organization'],
    [['--role-name', 'audit'], '--ou and --role-name are for --organization'],
    [['--organization', '--role-arn', 'arn:aws:iam::111111111111:role/audit'], 'leave out --role-arn'],
    [['--organization', '--ou', 'production'], 'Write it like ou-ab12-34cd56ef'],
    [['--organization', '--role-name', 'arn:aws:iam::111111111111:role/audit'], 'Write the name alone'],
  ])('for %j is one line, and asks nothing of AWS', async (args, words) => {
    const { calls } = await start(FLEET, organization)
    const { code, errLines } = await virtguard(['scan', ...args])
    expect([code, errLines]).toEqual([2, [expect.stringContaining(words)]])
    expect(calls).toEqual([])
  })

  test.each([
    [
      error('AccessDeniedException', "You don't have permissions to access this resource."),
      [],
      'management account, or of a delegated administrator',
    ],
    [
      error('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.'),
      [],
      'is in no organization',
    ],
    [json({ Accounts: [] }), [], 'there is no account in the answer'],
  ])('for what Organizations answers is one line: %j', async (answer, args, words) => {
    await start(FLEET, ({ action }) => (action === 'ListAccounts' ? answer : undefined))
    const { code, errLines } = await virtguard(['scan', '--organization', ...args])
    expect([code, errLines]).toEqual([2, [expect.stringContaining(words)]])
  })

  test('for an OU that does not exist is one line', async () => {
    await start(FLEET, organization)
    const { code, errLines } = await virtguard(['scan', '--organization', '--ou', 'ou-ab12-99999999'])
    expect([code, errLines]).toEqual([2, [expect.stringContaining('has no OU ou-ab12-99999999')]])
  })
})
