import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createTelemetry } from '../../functions/runtime/middleware.ts'

afterEach(() => {
  jest.restoreAllMocks()
  delete process.env['METRICS_NAMESPACE']
})

const countOne = (): string => {
  const lines: unknown[] = []
  jest.spyOn(process.stdout, 'write').mockImplementation(line => lines.push(line) > 0)
  const telemetry = createTelemetry('evaluate')
  telemetry.count('LaunchesSeen', 1)
  telemetry.end()
  return lines.join('\n')
}

describe('the metrics of a function', () => {
  test.each([
    ['virtguard', undefined],
    ['team-a-virtguard', 'team-a-virtguard'],
  ])('count in %s if its stack says %s', (namespace, said) => {
    if (said !== undefined) process.env['METRICS_NAMESPACE'] = said
    expect(countOne()).toContain(`"Namespace":"${namespace}"`)
  })
})
