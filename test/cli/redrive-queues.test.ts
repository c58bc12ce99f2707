import { describe, expect, test } from '@jest/globals'
import { DEFAULT_STACK } from '../../cli/aws/stack.ts'
import { findFunction } from '../../cli/notify/test-channel.ts'
import { DESTINATIONS, findRoute, listRoutes } from '../../cli/redrive/queues.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { CHANNELS } from '../infra/channels.ts'
import { anApp } from '../infra/stack.ts'

const ENFORCING = parsePolicy('version: 1\nrules: { paravirtual-instance: { mode: enforce } }', 'policy.yaml')

describe('the outputs of the stack', () => {
  const { template } = anApp({ policy: ENFORCING }).synth().getStackByName(DEFAULT_STACK)
  const outputs = Object.keys(template.Outputs)
  const queues = outputs.flatMap(name => /^(.+)QueueUrl$/.exec(name)?.[1] ?? [])

  test('name for every dead-letter queue the queue that it serves', () => {
    const works = [...new Set(Object.values(DESTINATIONS))]
    expect(queues.toSorted()).toEqual([...Object.keys(DESTINATIONS), ...works].toSorted())
  })

  test('name the source of a dead-letter queue that names itself', () => {
    const resources: Record<
      string,
      { Type: string; Properties: { RedrivePolicy?: { deadLetterTargetArn: unknown } } }
    > = template.Resources
    const idOf = (name: string): string =>
      Object.keys(resources).find(id => new RegExp(`^${name}[0-9A-F]{8}$`).test(id)) ?? `no ${name}`
    for (const [deadLettered, works] of Object.entries(DESTINATIONS)) {
      if (!deadLettered.startsWith('Failed')) continue
      const { deadLetterTargetArn } = resources[idOf(works)]?.Properties.RedrivePolicy ?? {}
      expect(deadLetterTargetArn).toEqual({ 'Fn::GetAtt': [idOf(deadLettered), 'Arn'] })
    }
  })

  test('name the ledger, and say whether anything can be stopped', () => {
    expect(outputs).toEqual(expect.arrayContaining(['LedgerTable', 'StopsQueueUrl']))
    const observing = anApp().synth().getStackByName(DEFAULT_STACK).template.Outputs
    expect(Object.keys(observing)).not.toContain('StopsQueueUrl')
  })
})

describe('the outputs of a stack with channels', () => {
  const policy = { ...ENFORCING, channels: CHANNELS }
  const { template } = anApp({ policy }).synth().getStackByName(DEFAULT_STACK)
  const outputs = Object.fromEntries(Object.keys(template.Outputs).map(name => [name, `value of ${name}`]))
  const stack = { name: DEFAULT_STACK, accountId: '123456789012', outputs }

  test('name for the dead-letter queue of each channel the queue that it serves', () => {
    expect(findRoute(stack, 'UndeliveredNightShift')).toEqual({
      from: { name: 'UndeliveredNightShift', url: 'value of UndeliveredNightShiftQueueUrl' },
      to: { name: 'ChannelNightShift', url: 'value of ChannelNightShiftQueueUrl' },
    })
    expect(listRoutes(stack)).toHaveLength(Object.keys(DESTINATIONS).length + Object.keys(CHANNELS).length)
  })

  test('name the function of each channel, by its name in the policy', () => {
    const named = { ...stack, outputs: { ...outputs, Channels: String(template.Outputs.Channels.Value) } }
    for (const channel of Object.keys(CHANNELS))
      expect(findFunction(named, channel)).toMatch(/^value of Notify\w+Function$/)
  })
})
