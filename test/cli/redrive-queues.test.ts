import { describe, expect, test } from '@jest/globals'
import { DEFAULT_STACK } from '../../cli/aws/stack.ts'
import { DESTINATIONS } from '../../cli/redrive/queues.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { anApp } from '../infra/stack.ts'

const ENFORCING = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'policy.yaml')

describe('what the commands know of the stack', () => {
  const { template } = anApp({ policy: ENFORCING }).synth().getStackByName(DEFAULT_STACK)
  const outputs = Object.keys(template.Outputs)
  const queues = outputs.flatMap(name => /^(.+)QueueUrl$/.exec(name)?.[1] ?? [])

  test('is where every dead-letter queue leads, and that there are these queues', () => {
    const works = [...new Set(Object.values(DESTINATIONS))]
    expect(queues.toSorted()).toEqual([...Object.keys(DESTINATIONS), ...works].toSorted())
  })

  test('is the queue that names a dead-letter queue as its own', () => {
    const resources: Record<
      string,
      { Type: string; Properties: { RedrivePolicy?: { deadLetterTargetArn: unknown } } }
    > = template.Resources
    const idOf = (name: string): string =>
      Object.keys(resources).find(id => new RegExp(`^${name}[0-9A-F]{8}$`).test(id)) ?? `no ${name}`
    for (const [parked, works] of Object.entries(DESTINATIONS)) {
      if (!parked.startsWith('Failed')) continue
      const { deadLetterTargetArn } = resources[idOf(works)]?.Properties.RedrivePolicy ?? {}
      expect(deadLetterTargetArn).toEqual({ 'Fn::GetAtt': [idOf(parked), 'Arn'] })
    }
  })

  test('is the output that has the ledger, and the one that tells whether anything can be stopped', () => {
    expect(outputs).toEqual(expect.arrayContaining(['LedgerTable', 'StopsQueueUrl']))
    const observing = anApp().synth().getStackByName(DEFAULT_STACK).template.Outputs
    expect(Object.keys(observing)).not.toContain('StopsQueueUrl')
  })
})
