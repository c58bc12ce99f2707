import { describe, expect, test } from '@jest/globals'
import { listBrokenBy } from '../../bench/burst/burst.ts'
import { runBurstInProcess } from '../../bench/burst/in-process.ts'

const BURST = { where: 'here', launches: 10, reports: 20, findings: 30, alerted: 10, duplicates: 0, lastAlertMs: 1 }

describe('a benchmark burst', () => {
  test('alerts each launch once in one process', async () => {
    const burst = await runBurstInProcess(300)
    expect(burst).toMatchObject({ launches: 300, reports: 600, alerted: 300, duplicates: 0 })
    expect(burst.findings).toBeGreaterThanOrEqual(300)
    expect(burst.lastAlertMs).toBeGreaterThan(0)
    expect(listBrokenBy(burst)).toEqual([])
  })

  test('fails with an alert that is missing, and with one that is repeated', () => {
    expect(listBrokenBy({ ...BURST, alerted: 9 })).toEqual(['a burst, here: 1 of 10 launches were not alerted'])
    expect(listBrokenBy({ ...BURST, duplicates: 2 })).toEqual(['a burst, here: 2 alerts were repeated'])
  })
})
