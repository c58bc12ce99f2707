import { describe, expect, test } from '@jest/globals'
import { countHits, type Fleet, renderFleetPage } from '../../bench/sweep/fleet.ts'
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
  reader.write(renderFleetPage(fleet, 'eu-west-1', form))
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
    expect(renderFleetPage(fleet, 'us-west-2', new URLSearchParams())).not.toContain('instanceId')
  })
})

const swept = (seconds: number, peakMb: number) => ({ seconds, peakMb, samples: [], out: '', ids: new Set<string>() })
const cost = (name: string, instances: number, ...rounds: readonly SweepRound[]): SweepCost => ({
  task: { name, fleet: { regions: ['us-east-1'], instances }, latencyMs: 0, rounds: rounds.length },
  rounds,
  calls: [],
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
})
