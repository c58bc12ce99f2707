import { describe, expect, test } from '@jest/globals'
import { processEvent } from '../../functions/evaluate/process-event.ts'
import { createLivePolicy } from '../../functions/runtime/live-policy.ts'
import type { Alert } from '../../shared/alert/alert.ts'
import { renderSnsMessage } from '../../shared/alert/render-alert.ts'
import type { SnsMessage } from '../../shared/alert/sns-message.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { DEFAULT_POLICY, parsePolicy } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { aMachine, idOf } from '../functions/enforce/machines.ts'
import { aWorld, type World } from '../functions/enforce/world.ts'
import { anEnvelope, anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { aFinding, anAlert, instanceIds } from '../support/findings.ts'
import { somePorts } from '../support/ports.ts'

const HEAD = `version: 1
rules:
  paravirtual-instance: { mode: enforce, severity: HIGH }
  incompatible-image: { mode: off }
  xen-hypervisor: { mode: off }
  ena-disabled: { mode: off }
stop: { grace: 5m, budget: { stops: 5, per: 10m } }
channels:
  ops: { type: amazon-q }
  mail: { type: email, addresses: [ops@example.com] }
`
const ROUTED: Policy = parsePolicy(
  `${HEAD}routes:
  - { match: { severity: [HIGH] }, to: [ops] }
  - { to: [mail], daily: { at: "08:00", zone: Europe/Berlin } }
`,
  'policy.yaml',
)
const OPS_ONLY: Policy = { ...ROUTED, routes: [{ match: {}, to: ['ops'] }] }

const alertIn = (message: SnsMessage | undefined): Alert => JSON.parse(JSON.parse(message?.Message ?? '{}').default)
const channelsOf = (message: SnsMessage | undefined): unknown =>
  JSON.parse(message?.MessageAttributes['channels']?.StringValue ?? 'null')

const aPvLaunch = readEvent(
  aRunInstancesRecord({
    reservationId: 'r-0123456789abcdef0',
    instances: [anInstanceItem({ instanceType: 'm1.small', virtualizationType: 'paravirtual' })],
  }),
)
const delivery = { messageId: 'message-1', count: 1, claimant: 'a message' }

describe('the SNS message of a routed alert', () => {
  test('has what is for now and what is scheduled as one attribute, by which each channel takes its own', () => {
    const deliver = [{ channel: 'ops' }, { channel: 'mail', at: '2026-11-25T07:00:00.000Z' }]
    const message = renderSnsMessage({ ...anAlert(), deliver })
    expect(message.MessageAttributes['channels']).toEqual({
      DataType: 'String.Array',
      StringValue: '["ops","mail:later"]',
    })
    expect(alertIn(message).deliver).toEqual(deliver)
  })

  test.each<[string, Alert]>([
    ['that no channel gets', { ...anAlert(), deliver: [] }],
    ['without channels', anAlert()],
  ])('has no such attribute %s, because SNS takes no empty list', (_, alert) => {
    expect(Object.keys(renderSnsMessage(alert).MessageAttributes)).not.toContain('channels')
  })

  test('has no more attributes than SNS delivers raw, and stays within the limit, with as many channels as there may be', () => {
    const deliver = Array.from({ length: 20 }, (_, index) => ({
      channel: 'x'.repeat(23) + String.fromCharCode(97 + index),
      at: '2026-11-25T07:00:00.000Z',
    }))
    const findings = instanceIds(4_000).map(on => aFinding({ on, message: '"\\'.repeat(100) }))
    const message = renderSnsMessage({ ...anAlert(findings), deliver })
    const attributes = Object.entries(message.MessageAttributes).map(([name, { DataType, StringValue }]) =>
      Buffer.byteLength(name + DataType + StringValue),
    )
    expect(attributes.length).toBeLessThanOrEqual(10)
    const bytes = Buffer.byteLength(message.Message + message.Subject) + attributes.reduce((a, b) => a + b)
    expect(bytes).toBeLessThanOrEqual(262_144)
    expect(bytes).toBeGreaterThan(250_000)
  })
})

describe('the Evaluate function with routes', () => {
  test('publishes a launch once, with where it goes and when', async () => {
    const { ports, published } = somePorts({ policy: ROUTED })
    await processEvent(aPvLaunch, delivery, ports)
    expect(published.map(channelsOf)).toEqual([['ops', 'mail:later']])
    // It is 2026-11-24T08:00:10Z, after 08:00 in Berlin.
    expect(alertIn(published[0]).deliver).toEqual([
      { channel: 'ops' },
      { channel: 'mail', at: '2026-11-25T07:00:00.000Z' },
    ])
  })

  test('publishes the same as before if the policy has no channels', async () => {
    const { ports, published } = somePorts()
    await processEvent(aPvLaunch, delivery, ports)
    expect(alertIn(published[0])).not.toHaveProperty('deliver')
    expect(channelsOf(published[0])).toBeNull()
  })

  test('reads no time zone for a launch that complies', async () => {
    const { ports } = somePorts({
      policy: ROUTED,
      claim: async () => Promise.reject(new Error('unexpected claim')),
    })
    const outcome = await processEvent(readEvent(anEnvelope(aRunInstancesRecord())), delivery, ports)
    expect(outcome).toEqual({ kind: 'done', alerts: 0 })
  })

  test.each([
    ['has other routes', OPS_ONLY, OPS_ONLY, []],
    ['has no channels', DEFAULT_POLICY, ROUTED, ['PolicyInvalid']],
  ])('takes the right routes with a live policy that %s', async (_, applied, counts, counted) => {
    const metrics: string[] = []
    const inForce = createLivePolicy({
      deployed: ROUTED,
      read: async () => ({ policy: applied, stops: 'on' }),
      now: () => new Date(),
      log: () => undefined,
      count: metric => metrics.push(metric),
    })
    expect((await inForce()).policy).toEqual(counts)
    expect(metrics).toEqual(counted)
  })
})

describe('the Enforce function with routes', () => {
  const alerted = (world: World) => world.sns.alerts.map(({ kind, deliver }) => ({ kind, deliver }))

  test('publishes an outcome of a stop for the channels of its alert', async () => {
    const world = aWorld({ policy: ROUTED, machines: [aMachine(idOf(0))] })
    await world.launch([idOf(0)])
    await world.run()
    expect(alerted(world)).toEqual([
      { kind: 'outcome', deliver: [{ channel: 'ops' }, { channel: 'mail', at: expect.stringMatching(/T07:00:00/) }] },
    ])
  })

  test('takes the routes that were applied since', async () => {
    const world = aWorld({ policy: ROUTED, machines: [aMachine(idOf(0))] })
    await world.launch([idOf(0)])
    await world.operate.apply(OPS_ONLY)
    await world.run()
    expect(alerted(world)).toEqual([{ kind: 'outcome', deliver: [{ channel: 'ops' }] }])
  })

  test('stops nothing with a live policy that has other channels, and says so in the deployed ones', async () => {
    const world = aWorld({ policy: ROUTED, machines: [aMachine(idOf(0))] })
    await world.launch([idOf(0)])
    const { channels: _channels, routes: _routes, ...without } = ROUTED
    await world.operate.apply(without)
    await world.run()
    expect(world.counted).toContain('PolicyInvalid')
    expect(world.ec2.stops).toEqual([])
    expect(alerted(world)).toEqual([
      { kind: 'digest', deliver: [{ channel: 'ops' }, expect.objectContaining({ channel: 'mail' })] },
    ])
  })

  test('reads the policy once more before it alerts that an instance has stopped, and only if there are channels', async () => {
    const { channels: _channels, routes: _routes, ...without } = ROUTED
    const calls = await Promise.all(
      [without, ROUTED].map(async policy => {
        const world = aWorld({ policy, machines: [aMachine(idOf(0))] })
        await world.launch([idOf(0)])
        await world.run()
        return world.aws.calls
      }),
    )
    const [plain = [], routed = []] = calls
    expect(plain).toContain('PublishCommand')
    expect([...routed].sort()).toEqual([...plain, 'QueryCommand'].sort())
  })
})
