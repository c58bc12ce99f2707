import { describe, expect, test } from '@jest/globals'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import { createStopRoles, type StopRolesSource } from '../../../functions/evaluate/stop-roles.ts'
import { listSpokes, noteSpoke, recordRoleTry } from '../../../shared/aws/ledger/spokes.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { somePorts } from '../../support/ports.ts'
import { aLedger, at } from '../../support/stories.ts'
import { alertIn, first, pvLaunch } from './launches.ts'

const ONE = '210987654321'
const OTHER = '345678901234'

const ENFORCING = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }\n', 'policy.yaml')

const someRoles = (more: Partial<StopRolesSource> = {}) => {
  const { ledger } = aLedger()
  const calls = { list: 0, note: 0 }
  let seconds = 0
  const logged: string[] = []
  const now = () => at(seconds)
  const roles = createStopRoles({
    list: () => {
      calls.list += 1
      return listSpokes(ledger)
    },
    note: (...what) => {
      calls.note += 1
      return noteSpoke(ledger, ...what)
    },
    now,
    log: (_level, message) => logged.push(message),
    ...more,
  })
  const pass = (more: number): void => {
    seconds += more
  }
  const tried = (accountId: string, how: 'assumed' | 'refused') =>
    recordRoleTry(ledger, { accountId, tried: how, now: now() })
  return { roles, ledger, calls, logged, pass, tried }
}

describe('the role for stops is known to be there', () => {
  test('in the account in which Enforce used it, and in no other', async () => {
    const { roles, tried } = someRoles()
    await tried(ONE, 'assumed')
    await roles.refresh()
    expect([ONE, OTHER].map(roles.isKnown)).toEqual([true, false])
  })

  test('in no account before it was read', async () => {
    const { roles, tried } = someRoles()
    await tried(ONE, 'assumed')
    expect(roles.isKnown(ONE)).toBe(false)
  })

  test('no more within a minute of a refusal', async () => {
    const { roles, tried, pass } = someRoles()
    await tried(ONE, 'assumed')
    await roles.refresh()
    await tried(ONE, 'refused')
    pass(46)
    await roles.refresh()
    expect(roles.isKnown(ONE)).toBe(false)
  })

  test('for a day, if it cannot be read again', async () => {
    const { roles, tried, pass, logged } = someRoles()
    await tried(ONE, 'assumed')
    await roles.refresh()
    pass(24 * 3600 - 1)
    expect(roles.isKnown(ONE)).toBe(true)
    pass(1)
    expect(roles.isKnown(ONE)).toBe(false)
    expect(logged).toEqual([])
  })

  test('as it was read last, if the table does not answer', async () => {
    let fails = false
    const { ledger, tried } = someRoles()
    await tried(ONE, 'assumed')
    const { roles, pass, logged } = someRoles({
      list: () => (fails ? Promise.reject(new Error('busy')) : listSpokes(ledger)),
    })
    await roles.refresh()
    fails = true
    pass(60)
    await roles.refresh()
    expect(roles.isKnown(ONE)).toBe(true)
    expect(logged).toHaveLength(1)
  })
})

test('the ledger is read once in 45 seconds, however many events come', async () => {
  const { roles, pass, calls } = someRoles()
  for (const seconds of [0, 44, 1, 0]) {
    pass(seconds)
    await roles.refresh()
  }
  expect(calls.list).toBe(2)
})

test('an account from which an event came is noted once, so that its role is tried', async () => {
  const { roles, ledger, calls } = someRoles()
  for (const account of [ONE, ONE, OTHER]) await roles.hear(account)
  expect(calls.note).toBe(2)
  expect((await listSpokes(ledger)).map(({ accountId }) => accountId).toSorted()).toEqual([ONE, OTHER])
})

test('where the role is not known a launch is alerted with that reason, and no stop is promised', async () => {
  const { ports, published } = somePorts({ policy: ENFORCING, canStop: () => 'role-not-known' })
  await processEvent(readEvent(pvLaunch(1)), first, ports)
  const alert = alertIn(published[0])
  expect(alert.stops).toBeUndefined()
  expect(JSON.stringify(alert)).toContain('"STOP_ROLE_NOT_KNOWN"')
})

test.each([
  ['the account', '123456789012', 0],
  ['another account', OTHER, 1],
])(
  'if the stops of %s are switched off, a launch is promised as many stops: %s, %i',
  async (_of, account, promised) => {
    const { ports, published } = somePorts({ policy: ENFORCING, canStop: () => true, disabledAccounts: [account] })
    await processEvent(readEvent(pvLaunch(1)), first, ports)
    expect(alertIn(published[0]).stops ?? []).toHaveLength(promised)
  },
)
