import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import {
  aLargeLaunch,
  anEnvelope,
  anInstanceItem,
  aRefusedLaunch,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
} from '../../support/builders.ts'
import { ec2With, silentEc2, somePorts } from '../../support/ports.ts'
import { alertIn, deliveryOf, described, first, idOf, pvLaunch, second, third } from './launches.ts'

describe('a launch', () => {
  test('that complies costs no call and causes no alert', async () => {
    const { ports, published } = somePorts({
      claim: async () => Promise.reject(new Error('unexpected claim')),
    })
    const outcome = await processEvent(readEvent(anEnvelope(aRunInstancesRecord())), first, ports)
    expect(outcome).toEqual({ kind: 'done', alerts: 0 })
    expect(published).toEqual([])
  })

  test('of ten PV instances is one alert that names all ten, without asking EC2', async () => {
    const { ports, published, ledger } = somePorts()
    await processEvent(readEvent(pvLaunch(10)), first, ports)
    expect(published).toHaveLength(1)
    const alert = alertIn(published[0])
    expect(alert.told).toEqual([
      {
        rules: ['paravirtual-instance', 'incompatible-image', 'xen-hypervisor'],
        resources: Array.from({ length: 10 }, (_, index) => idOf(index)),
      },
    ])
    expect(ledger.rows.size).toBe(30)
  })

  test('that is exempt is recorded and not alerted', async () => {
    const policy = parsePolicy(
      `version: 1\nexemptions:\n  - { rule: "*", match: { instanceType: "m1.*" }, reason: billing host, owner: a@example.com, expires: 2027-01-31 }\n`,
      'policy.yaml',
    )
    const { ports, published, ledger } = somePorts({ policy })
    await processEvent(readEvent(pvLaunch(1)), first, ports)
    expect(published).toEqual([])
    expect([...ledger.rows.values()].map(({ state }) => state)).toEqual(['SUPPRESSED', 'SUPPRESSED', 'SUPPRESSED'])
  })

  test('whose record lists no instances is read from EC2 by id', async () => {
    const asked: string[] = []
    const ec2 = ec2With([described(0), described(1)])
    const { ports, published } = somePorts({
      ec2: () => ({
        ...ec2,
        instances: (by, values) => {
          asked.push(`${by} ${values.length}`)
          return ec2.instances(by, values)
        },
      }),
    })
    await processEvent(readEvent(aLargeLaunch([idOf(0), idOf(1)])), first, ports)
    expect(asked).toEqual(['instance-id 2'])
    expect(alertIn(published[0]).told[0]?.resources).toEqual([idOf(0), idOf(1)])
  })

  test.each([
    ['waits until EC2 knows it', first, 'again', 0],
    ['is alerted in the end, and not taken for compliant', third, 'done', 1],
  ])('whose record does not say when its instance was launched %s', async (_, delivery, kind, alerts) => {
    const { ports, published } = somePorts({ ec2: () => ec2With([]) })
    const item = anInstanceItem({ virtualizationType: 'paravirtual', more: { launchTime: undefined } })
    const event = readEvent(aRunInstancesRecord({ instances: [item] }))
    expect((await processEvent(event, delivery, ports)).kind).toBe(kind)
    expect(published).toHaveLength(alerts)
  })

  test('whose instances EC2 does not know yet is tried again, and in the end alerted as UNKNOWN', async () => {
    const { ports, published } = somePorts({
      ec2: () => ec2With([], { images: async () => ({ ok: true, facts: [] }) }),
    })
    const event = readEvent(aLargeLaunch([idOf(0)]))
    expect((await processEvent(event, first, ports)).kind).toBe('again')
    expect((await processEvent(event, second, ports)).kind).toBe('again')
    expect((await processEvent(event, third, ports)).kind).toBe('done')
    const alert = alertIn(published[0])
    expect(alert.findings.map(({ status }) => status)).not.toContain('PASSED')
    expect(alert.findings.some(({ rule, status }) => rule === 'paravirtual-instance' && status === 'UNKNOWN')).toBe(
      true,
    )
  })
})

test('a launch that only a tag keeps running which it could set itself is counted, and alerted as that', async () => {
  const tagged = (key: string) =>
    readEvent(
      anEnvelope(
        aRunInstancesRecord({
          instances: [
            anInstanceItem({ instanceType: 'm1.small', virtualizationType: 'paravirtual', tags: { [key]: 'x' } }),
          ],
        }),
      ),
    )
  const { ports, published, counted } = somePorts()
  await processEvent(tagged('kubernetes.io/cluster/x'), first, ports)
  expect(counted).toContain('RefusedByTag')
  expect(alertIn(published[0]).findings[0]?.action).toMatchObject({
    decision: 'refuse',
    code: 'OWNED',
    args: { evidence: 'tag kubernetes.io/cluster/x', writtenBy: 'launcher' },
    reason: expect.stringContaining('according to the tag kubernetes.io/cluster/x, which the launcher can set'),
  })
  const others = somePorts()
  await processEvent(tagged('aws:ec2:fleet-id'), first, others.ports)
  expect(others.counted).not.toContain('RefusedByTag')
})

describe('a launch for which EC2 does not answer', () => {
  const unknownType = readEvent(aRunInstancesRecord({ instances: [anInstanceItem({ instanceType: 'z99.large' })] }))
  const throttled = Object.assign(new Error('Request limit exceeded.'), { name: 'RequestLimitExceeded' })

  test('has the verdict UNKNOWN and is alerted if EC2 may not be read', async () => {
    const denied = async () => ({ ok: false, why: 'UnauthorizedOperation' }) as const
    const { ports, published, counted } = somePorts({
      ec2: () => ({ instances: denied, images: denied, types: denied, templates: denied }),
    })
    await processEvent(unknownType, first, ports)
    expect(alertIn(published[0]).findings.map(({ rule, status }) => [rule, status])).toEqual([
      ['xen-hypervisor', 'UNKNOWN'],
    ])
    expect(counted).toContain('Unknown')
  })

  test('is tried again twice if EC2 is throttled, and is then UNKNOWN', async () => {
    const { ports, published } = somePorts({
      ec2: () => ({ ...silentEc2, types: async () => Promise.reject(throttled) }),
    })
    await expect(processEvent(unknownType, first, ports)).rejects.toBe(throttled)
    await expect(processEvent(unknownType, second, ports)).rejects.toBe(throttled)
    await processEvent(unknownType, third, ports)
    expect(published).toHaveLength(1)
  })

  test('is alerted at once if it failed on known facts', async () => {
    const item = anInstanceItem({ instanceType: 'z99.large', virtualizationType: 'paravirtual' })
    const { ports, published } = somePorts({
      ec2: () => ({ ...silentEc2, types: async () => Promise.reject(throttled) }),
    })
    await processEvent(readEvent(aRunInstancesRecord({ instances: [item] })), first, ports)
    expect(alertIn(published[0]).rules).toContain('paravirtual-instance')
  })
})

describe('an event other than a launch', () => {
  test('is alerted with what fits if it is a refused launch, once the image is read', async () => {
    const image = {
      imageId: 'ami-0abcdef1234567890',
      virtualizationType: 'paravirtual',
      architecture: 'x86_64',
      bootMode: 'unset',
      rootDeviceType: 'ebs',
      enaSupport: false,
    } as const
    const { ports, published } = somePorts({
      ec2: () => ec2With([], { images: async () => ({ ok: true, facts: [image] }) }),
    })
    await processEvent(readEvent(aRefusedLaunch()), first, ports)
    const [finding] = alertIn(published[0]).findings
    expect(finding?.resource.type).toBe('AwsEc2LaunchRequest')
    expect(finding?.message).toMatch(/The image fits (c1|c3|m1|m2|m3|t1)\./)
  })

  test('is alerted if it registers an image that is PV by omission', async () => {
    const { ports, published } = somePorts()
    await processEvent(readEvent(aRegisterImageRecord()), first, ports)
    expect(alertIn(published[0]).rules).toEqual(['paravirtual-image', 'incompatible-image'])
  })

  test('is given up after three deliveries if it is a running instance that EC2 does not know any more', async () => {
    const { ports } = somePorts({ ec2: () => ec2With([]) })
    const event = readEvent(aRunningNotification({ instanceId: idOf(9) }))
    expect((await processEvent(event, first, ports)).kind).toBe('again')
    expect(await processEvent(event, third, ports)).toEqual({ kind: 'done', alerts: 0 })
  })
})

test('a launch has one alert, and none is lost, however often, in whatever order and on whatever path it is reported', async () => {
  const size = 3
  const reports = [
    anEnvelope(pvLaunch(size)),
    ...Array.from({ length: size }, (_, index) => aRunningNotification({ instanceId: idOf(index) })),
  ]
  const delivery = fc.record({
    report: fc.nat(reports.length - 1),
    publishFails: fc.boolean(),
    diesAfterPublish: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 12 }), async deliveries => {
      const ec2 = ec2With(Array.from({ length: size }, (_, index) => described(index)))
      const sent: SnsMessage[] = []
      let fails = false
      let time = Date.parse('2026-11-24T08:00:10Z')
      const world = somePorts({
        now: () => new Date(time),
        ec2: () => ec2,
        publish: async message => {
          if (fails) throw new Error('InternalError')
          sent.push(message)
          const alert = alertIn(message)
          for (const finding of alert.findings) world.ledger.confirm(finding, alert.claim)
        },
      })
      for (const [index, { report, publishFails }] of deliveries.entries()) {
        const event = readEvent(reports[report])
        fails = publishFails
        const messageId = `message-${index}`
        // SQS delivers again whatever failed, when it has been hidden for a while.
        await processEvent(event, deliveryOf(messageId, 1), world.ports).catch(async () => {
          fails = false
          time += 180_000
          await processEvent(event, deliveryOf(messageId, 2), world.ports)
        })
      }
      expect(sent).toHaveLength(1)
      expect(alertIn(sent[0]).told[0]?.resources.toSorted()).toEqual(
        Array.from({ length: size }, (_, index) => idOf(index)),
      )
    }),
    { numRuns: 150 },
  )
})
