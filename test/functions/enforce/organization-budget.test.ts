import { describe, expect, test } from '@jest/globals'
import { askToStop } from '../../../functions/enforce/ask-to-stop.ts'
import { reserveStop } from '../../../shared/aws/ledger/budget.ts'
import { loadCatalogue } from '../../../shared/catalogue/catalogue.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import { watchedStops } from '../../support/stops.ts'
import { aLedger, at, deferred } from '../../support/stories.ts'
import { POLICY } from './machines.ts'

const ACCOUNTS = ['111111111111', '222222222222', '333333333333'] as const

const withBudgets = (stops: number, ofAll?: number): Policy => ({
  ...POLICY,
  stop: {
    ...POLICY.stop,
    budget: { stops, perSeconds: 600 },
    ...(ofAll !== undefined && { organization: { stops: ofAll, perSeconds: 3_600 } }),
  },
})

/** Asks for stops in accounts, each of an instance of its own, and says for each whether it was made or why not. */
const askFor = async (policy: Policy, accounts: readonly string[], how: 'at once' | 'one by one' = 'one by one') => {
  const { ledger } = aLedger()
  const row = await deferred(aLedger())
  const ports = watchedStops({
    deployed: policy,
    now: () => at(900),
    types: { known: loadCatalogue, learn: () => undefined },
    ledger: { reserveStop: request => reserveStop(ledger, request), intendStop: async () => true },
    stop: async () => ({ kind: 'accepted' }),
    count: () => undefined,
  })
  const ask = async (accountId: string, index: number): Promise<string> => {
    const request = { accountId, instanceId: `i-${index}`, inForce: { policy, stops: 'on' } as const, ports }
    const asked = await askToStop({ kind: 'stop', rows: [row], stopId: `${accountId}/${index}` }, request)
    if (asked.kind !== 'ended') return asked.kind
    const { because } = asked.resolutions[0]?.ending ?? {}
    return because?.code === 'BUDGET_SPENT' ? `over that of the ${because.args.of ?? 'account'}` : 'ended'
  }
  if (how === 'at once') return Promise.all(accounts.map(ask))
  const answers: string[] = []
  for (const [index, accountId] of accounts.entries()) answers.push(await ask(accountId, index))
  return answers
}

const of = <T>(answers: readonly T[], answer: T): number => answers.filter(one => one === answer).length

describe('the stops of all accounts together', () => {
  test('are as many as the budget of the organization, whichever accounts they are in', async () =>
    expect(await askFor(withBudgets(5, 2), ACCOUNTS)).toEqual([
      'stopping',
      'stopping',
      'over that of the organization',
    ]))

  test('are no more than that if they are due at the same moment', async () => {
    const answers = await askFor(withBudgets(5, 2), [...ACCOUNTS, ...ACCOUNTS], 'at once')
    expect(of(answers, 'stopping')).toBe(2)
    expect(of(answers, 'over that of the organization')).toBe(4)
  })

  test('have no limit without one', async () =>
    expect(of(await askFor(withBudgets(5), ACCOUNTS), 'stopping')).toBe(ACCOUNTS.length))
})

test('an account that is over its own budget takes nothing from the others', async () => {
  const [flood, ...others] = ACCOUNTS
  const answers = await askFor(withBudgets(1, 3), [...Array.from({ length: 50 }, () => flood), ...others])
  expect(of(answers, 'over that of the account')).toBe(49)
  expect(answers.slice(-2)).toEqual(['stopping', 'stopping'])
})
