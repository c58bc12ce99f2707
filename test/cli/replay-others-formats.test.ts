import { describe, expect, test } from '@jest/globals'
import { complaints } from '../formats/schemas.ts'
import { anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { virtguard } from './run-cli.ts'

const launch = JSON.stringify(
  aRunInstancesRecord({
    instances: [
      anInstanceItem({
        instanceId: 'i-0aaaaaaaaaaaaaaaa',
        instanceType: 'm3.medium',
        virtualizationType: 'paravirtual',
      }),
      anInstanceItem({ instanceId: 'i-0bbbbbbbbbbbbbbbb', instanceType: 'm7i.large' }),
    ],
  }),
)
const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))

describe('findings in the formats of other products', () => {
  test.each([
    ['asff' as const, complaints('asff'), { GeneratorId: 'virtguard/paravirtual-instance' }],
    [
      'ocsf' as const,
      complaints('ocsf-compliance-finding'),
      { metadata: expect.objectContaining({ event_code: 'paravirtual-instance' }) },
    ],
  ])('are one valid %s document a line, including what passed', async (format, invalid, expected) => {
    const { code, out } = await virtguard(['replay', '-', '--format', format, '--all', '--now', '2026-11-24'], {
      stdin: launch,
    })
    const documents = linesOf(out)
    expect(code).toBe(1)
    expect(documents.length).toBeGreaterThan(2)
    expect(documents.flatMap(invalid)).toEqual([])
    expect(documents).toContainEqual(expect.objectContaining(expected))
  })

  test('are refused for a list of rules', async () => {
    const { code, err } = await virtguard(['rules', '--format', 'asff'])
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are table, ndjson, json, csv')
  })
})
