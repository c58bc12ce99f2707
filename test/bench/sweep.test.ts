import { describe, expect, test } from '@jest/globals'
import { countHits, type Fleet, renderFleetPage } from '../../bench/sweep/fleet.ts'
import { answerOrganization, nameAccount, readAccount } from '../../bench/sweep/organization.ts'
import { sweepRows } from '../../bench/sweep/rows.ts'
import type { SweepCost, SweepRound } from '../../bench/sweep/run.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluateRules } from '../../shared/engine/evaluate.ts'
import { createInstanceSubject } from '../../shared/engine/subjects.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { createPageReader } from '../../shared/fleet/page.ts'
import { planQuickQueries } from '../../shared/fleet/quick.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

const fleet: Fleet = { regions: ['us-east-1', 'eu-west-1'], instances: 2500 }

const read = (form: URLSearchParams): { readonly instances: readonly InstanceFacts[]; readonly nextToken?: string } => {
  const reader = createPageReader(instance => instance)
  reader.write(renderFleetPage(fleet, { region: 'eu-west-1' }, form))
  return reader.end()
}

const all = (base: Record<string, string> = {}): readonly InstanceFacts[] => {
  const found: InstanceFacts[] = []
  let token: string | undefined
  do {
    const page = read(new URLSearchParams({ ...base, ...(token !== undefined && { NextToken: token }) }))
    found.push(...page.instances)
    token = page.nextToken
  } while (token !== undefined)
  return found
}

const fails = (instance: InstanceFacts): boolean =>
  evaluateRules(
    createInstanceSubject({ accountId: '1', region: 'eu-west-1', event: { id: 'e', name: 'n', time: 't' } }, instance),
    {
      policy: DEFAULT_POLICY,
      types: loadCatalogue(),
    },
  ).some(({ verdict }) => verdict.status !== 'PASSED')

describe('the fleet that both sides sweep', () => {
  test('comes in pages of 1,000, each instance once', () => {
    expect(read(new URLSearchParams()).instances).toHaveLength(1000)
    expect(new Set(all().map(({ instanceId }) => instanceId)).size).toBe(2500)
  })

  test('has as many violations as the benchmark says, and the filters select just these', () => {
    const hits = all()
      .filter(fails)
      .map(({ instanceId }) => instanceId)
    expect(hits).toHaveLength(countHits(fleet) / 2)
    const selected = planQuickQueries(DEFAULT_POLICY, loadCatalogue()).flatMap(query => {
      const form: Record<string, string> = {}
      for (const [index, { name, values }] of query.entries()) {
        form[`Filter.${index + 1}.Name`] = name
        for (const [place, value] of values.entries()) form[`Filter.${index + 1}.Value.${place + 1}`] = value
      }
      return all(form)
    })
    expect(selected.map(({ instanceId }) => instanceId).toSorted()).toEqual(hits.toSorted())
  })

  test('lies in the region of the benchmark and in no other', () => {
    expect(renderFleetPage(fleet, { region: 'us-west-2' }, new URLSearchParams())).not.toContain('instanceId')
  })
})

const swept = (seconds: number, peakMb: number) => ({ seconds, peakMb, samples: [], out: '', ids: new Set<string>() })
const cost = (name: string, instances: number, ...rounds: readonly SweepRound[]): SweepCost => ({
  task: { name, fleet: { regions: ['us-east-1'], instances }, latencyMs: 0, rounds: rounds.length },
  rounds,
  calls: [],
})

describe('the organization that both sides sweep', () => {
  const organization: Fleet = { ...fleet, instances: 6, accounts: 45 }
  const ask = (action: string, body: string) =>
    answerOrganization(organization, { action, form: new URLSearchParams(body), body }) ?? ''

  test('has as many accounts as the benchmark says, at most 20 a page', () => {
    const pages = [{}, { NextToken: '20' }, { NextToken: '40' }].map(body =>
      JSON.parse(ask('ListAccounts', JSON.stringify(body))),
    )
    expect(pages.map(({ Accounts, NextToken }) => [Accounts.length, NextToken])).toEqual([
      [20, '20'],
      [20, '40'],
      [5, undefined],
    ])
  })

  test('knows an account again by the key of its role, and gives each its own instances', () => {
    const [one, other] = [7, 8].map(number => {
      const role = `arn:aws:iam::${nameAccount(number)}:role/audit`
      const key = /<AccessKeyId>(\w+)</.exec(ask('AssumeRole', `RoleArn=${encodeURIComponent(role)}`))?.[1]
      expect(readAccount(`AWS4-HMAC-SHA256 Credential=${key}/20261201/us-east-1/ec2/aws4_request`)).toBe(number)
      const page = renderFleetPage(organization, { region: 'eu-west-1', account: number }, new URLSearchParams())
      return new Set([...page.matchAll(/<instanceId>([^<]+)</g)].map(([, id]) => id))
    })
    expect([one?.size, other?.size, new Set([...(one ?? []), ...(other ?? [])]).size]).toEqual([6, 6, 12])
    expect(countHits(organization)).toBe(90)
  })

  test('leaves other calls to the stub', () => {
    expect(ask('GetCallerIdentity', '')).toBe('')
  })
})

describe('the rows of the sweep benchmark', () => {
  const round = (ours: number, custodian: number): SweepRound => ({
    ours: swept(ours, 120),
    quick: swept(0.4, 80),
    custodian: swept(custodian, 300),
  })

  test('are met at ten times, and not below', () => {
    const rowFor = (theirs: number) =>
      sweepRows([cost('10k', 10_000, round(1, theirs), round(1, theirs))]).find(({ target }) => target === '10x less')
    expect(rowFor(10)?.met).toBe(true)
    expect(rowFor(9.9)?.met).toBe(false)
  })

  test('leave a target open whose other side was not measured', () => {
    const alone: SweepRound = { ours: swept(1, 120), quick: swept(0.4, 80) }
    const [row] = sweepRows([cost('10k', 10_000, alone)])
    expect([row?.met, row?.custodian]).toEqual([undefined, 'not measured'])
  })

  test('compare memory with its limit, and with ten times as many instances', () => {
    const rows = sweepRows([
      cost('10k', 10_000, round(1, 12)),
      cost('100k', 100_000, { ours: swept(9, 210), quick: swept(1, 90) }),
    ])
    expect(rows.map(({ name, met }) => [name, met])).toContainEqual(['100,000 instances, peak memory (RSS)', false])
    expect(rows.at(-1)).toMatchObject({ ours: '1.75x', met: false })
  })

  test('compare organizations with twenty times, and the memory of many accounts with that of few', () => {
    const accounts = (name: string, count: number, ours: number): SweepCost => ({
      ...cost(name, 6, { ours: swept(ours, 100 + count / 4), custodian: { ...swept(400, 0), peakMb: undefined } }),
      task: { name, fleet: { regions: ['us-east-1'], instances: 6, accounts: count }, latencyMs: 100, rounds: 1 },
    })
    const rows = sweepRows([accounts('few accounts', 25, 10), accounts('many accounts', 100, 21)])
    expect(rows.map(({ name, met }) => [name, met])).toEqual([
      ['25 accounts × 1 regions, 100 ms a call', true],
      ['100 accounts × 1 regions, 100 ms a call', false],
      ['100 accounts × 1 regions, peak memory (RSS)', true],
      ['peak memory, 100 accounts × 1 regions against 25 accounts × 1 regions', true],
    ])
  })
})
