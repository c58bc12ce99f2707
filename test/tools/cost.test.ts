import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { replaceCounted } from '../../tools/cost/document.ts'
import { listFixedCosts } from '../../tools/cost/fixed.ts'
import { priceLaunches } from '../../tools/cost/launches.ts'
import { renderCosts } from '../../tools/cost/page.ts'
import { PRICES } from '../../tools/cost/prices.ts'
import { synthesizeVariants } from '../../tools/cost/variants.ts'

const page = readFileSync(join(__dirname, '../../docs/cost.md'), 'utf8')

describe('the page about costs', () => {
  test('has the tables of the stack as it is now (otherwise: npm run cost -- --write)', () => {
    expect(page).toBe(replaceCounted(page, renderCosts(synthesizeVariants())))
  })

  test('says if a mark is missing', () => {
    expect(() => replaceCounted('no marks', '')).toThrow('is missing')
  })
})

describe('a bill', () => {
  test('has a line for each kind of resource in the template', () => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm' }
    const lines = listFixedCosts({ Resources: { a: alarm, b: alarm, key: { Type: 'AWS::KMS::Key' } } }, 1)
    expect(lines).toEqual([
      { what: 'alarms', count: 2, dollars: 2 * PRICES.alarm },
      { what: 'customer keys', count: 1, dollars: PRICES.key },
      { what: 'secrets of channels', count: 1, dollars: PRICES.secret },
    ])
  })

  test('grows with launches, with violations, with addresses and with the events that other accounts send', () => {
    const load = { launchesADay: 1_000, violating: 0.01, addresses: 1, forwarded: 0 }
    const base = priceLaunches(load)
    expect(priceLaunches({ ...load, launchesADay: 2_000 })).toBeCloseTo(2 * base)
    expect(priceLaunches({ ...load, violating: 0.5 })).toBeGreaterThan(base)
    expect(priceLaunches({ ...load, addresses: 5 })).toBeGreaterThan(base)
    expect(priceLaunches({ ...load, forwarded: 2 })).toBeCloseTo(base + 1_000 * 30 * 2 * PRICES.forwarded)
  })
})
