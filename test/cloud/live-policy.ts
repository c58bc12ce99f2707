import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { virtguard } from './cli.ts'
import type { TestCloud } from './cloud.ts'
import { POLICIES } from './policies.ts'

export type Change = {
  /** An instance. */
  readonly exempt?: string
  /** Types that may not be launched. */
  readonly deny?: readonly string[]
  readonly budget?: number
}

const changed = ({ exempt, deny = ['t2.nano'], budget = 50 }: Change): string => {
  const policy = parse(readFileSync(POLICIES.enforces, 'utf8'))
  policy.rules['instance-family'].deny = deny
  policy.stop.budget.stops = budget
  // What the deployed policy does not look for.
  delete policy.rules['xen-hypervisor']
  if (exempt !== undefined) {
    const match = { instanceId: exempt }
    const why = { reason: 'museum piece', owner: 'audit@example.com', expires: '2999-12-31' }
    policy.exemptions = [...policy.exemptions, { rule: 'paravirtual-instance', match, ...why }]
  }
  return stringify(policy)
}

/** Applies the policy of this text, as an operator does. */
export const applyText = async (cloud: TestCloud, text: string): Promise<void> => {
  const file = path.join(cloud.folder, 'live.yaml')
  writeFileSync(file, text)
  const { code, err } = await virtguard(cloud, ['policy', 'apply', file, '--yes', '--by', 'tests'])
  expect([code, err]).toEqual([0, expect.any(String)])
}

/** Applies the deployed policy with changes. */
export const apply = (cloud: TestCloud, change: Change): Promise<void> => applyText(cloud, changed(change))

/** Does something while that policy is in force, then applies one without the change. */
export const withPolicy = async (cloud: TestCloud, change: Change, during: () => Promise<void>): Promise<void> => {
  await apply(cloud, change)
  try {
    await during()
  } finally {
    await apply(cloud, {})
  }
}
