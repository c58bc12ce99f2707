import { QueryCommand } from '@aws-sdk/client-dynamodb'
import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { toItem } from '../../shared/aws/ledger/items.ts'
import { deployed, expectNoCalls, failure, tables } from './aws.ts'
import { virtguard } from './run-cli.ts'

const organizations = mockClient(OrganizationsClient)
const SHOP = '111111111111'
const LAB = '222222222222'
const OLD = '333333333333'
const OU = 'ou-ab12-11111111'

const account = (Id: string, Name: string, State: 'ACTIVE' | 'SUSPENDED' = 'ACTIVE') => ({
  Id,
  Name,
  State,
  Paths: [`o-a1b2c3d4e5/r-ab12/${OU}/${Id}/`],
})
const spoke = (sk: string, more: Readonly<Record<string, string>> = {}) => toItem({ pk: 'spokes#', sk, ...more })

// The commands run at 2026-11-24T12:00Z.
const [HOURS_AGO, DAYS_AGO] = ['2026-11-24T09:00:00.000Z', '2026-11-22T09:00:00.000Z']

beforeEach(() => {
  expectNoCalls()
  organizations.reset()
  organizations.onAnyCommand().callsFake(() => {
    throw new Error('a call that the test does not expect')
  })
  organizations
    .on(ListAccountsCommand)
    .resolves({ Accounts: [account(LAB, 'lab'), account(SHOP, 'shop'), account(OLD, 'old', 'SUSPENDED')] })
  deployed({ LedgerTable: 'Virtguard-Ledger-1' })
  tables.on(QueryCommand).resolves({
    Items: [
      spoke(SHOP, { triedAt: HOURS_AGO, assumedAt: HOURS_AGO }),
      spoke(LAB, { triedAt: HOURS_AGO, assumedAt: DAYS_AGO }),
    ],
  })
})

const list = async (...args: readonly string[]) => {
  const { code, out, errLines } = await virtguard(['accounts', ...args])
  return { code, errLines, rows: out.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)])) }
}

describe('accounts', () => {
  test('lists those of the organization, with what the hub knows of the role for stops', async () => {
    const path = ['r-ab12', OU]
    expect(await list()).toEqual({
      code: 0,
      rows: [
        {
          accountId: SHOP,
          name: 'shop',
          state: 'ACTIVE',
          path,
          stopRole: 'usable',
          triedAt: HOURS_AGO,
          assumedAt: HOURS_AGO,
        },
        {
          accountId: LAB,
          name: 'lab',
          state: 'ACTIVE',
          path,
          stopRole: 'not usable',
          triedAt: HOURS_AGO,
          assumedAt: DAYS_AGO,
        },
        { accountId: OLD, name: 'old', state: 'SUSPENDED', path, stopRole: 'not tried' },
      ],
      errLines: ['virtguard: 3 accounts; the role for stops: 1 usable, 1 not usable, 1 not tried'],
    })
  })

  test('reads an OU with those below it only, and one account of many', async () => {
    organizations.on(ListAccountsForParentCommand, { ParentId: OU }).resolves({ Accounts: [account(LAB, 'lab')] })
    organizations.on(ListOrganizationalUnitsForParentCommand, { ParentId: OU }).resolves({ OrganizationalUnits: [] })
    expect((await list('--ou', OU)).rows.map(({ accountId }) => accountId)).toEqual([LAB])
    expect((await list('--account', SHOP)).rows.map(({ accountId }) => accountId)).toEqual([SHOP])
  })

  test('shows what the hub knows if Organizations may not be read, and says so', async () => {
    organizations.on(ListAccountsCommand).rejects(failure('AccessDeniedException'))
    const { code, rows, errLines } = await list()
    expect([code, rows.map(({ accountId, stopRole }) => [accountId, stopRole])]).toEqual([
      0,
      [
        [SHOP, 'usable'],
        [LAB, 'not usable'],
      ],
    ])
    expect(errLines[0]).toMatch(/^virtguard: only accounts from which an event has come, .*organizations:ListAccounts/)
  })

  test('is a table on a terminal, in which no name of an account moves the cursor', async () => {
    organizations.on(ListAccountsCommand).resolves({ Accounts: [account(SHOP, 'sh\u001b[2Jop')] })
    const { out } = await virtguard(['accounts', '--account', SHOP], { out: { isTerminal: true } })
    expect(out.split('\n')[0]).toMatch(/^ACCOUNT +NAME +STATE +STOP ROLE +TRIED \(UTC\) +OU$/)
    expect(out).toContain(`usable      2026-11-24 09:00  ${OU}`)
    expect(out).not.toContain('\u001b')
  })

  test.each([
    [['--account', '12'], 'Write its 12 digits'],
    [['--account', '444444444444'], '--account 444444444444: there is no such account'],
    [['--ou', 'production'], 'Write it like ou-ab12-34cd56ef'],
  ])('refuses %j in one line', async (args, line) => {
    const { code, errLines } = await list(...args)
    expect([code, errLines]).toEqual([2, [expect.stringContaining(line)]])
  })

  test('says in one line that there is no such OU', async () => {
    organizations.on(ListAccountsForParentCommand).rejects(failure('ParentNotFoundException'))
    const { code, errLines } = await list('--ou', OU)
    expect([code, errLines]).toEqual([2, [expect.stringContaining(`the organization has no OU ${OU}`)]])
  })

  test('shows what the hub knows if the account of the credentials is in no organization', async () => {
    organizations.on(ListAccountsCommand).rejects(failure('AWSOrganizationsNotInUseException'))
    const { code, errLines } = await list()
    expect([code, errLines[0]]).toEqual([
      0,
      'virtguard: only accounts from which an event has come, without name, state and OU: organizations:ListAccounts: the account of these credentials is in no organization; use those of one that is',
    ])
  })
})
