import { describe, expect, test } from '@jest/globals'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { aLargeLaunch, aLaunchRequest, aRunInstancesRecord } from '../../support/builders.ts'
import { ec2With, silentEc2, somePorts } from '../../support/ports.ts'

const idOf = (index: number): string => `i-${index.toString(16).padStart(17, '0')}`
const described = (index: number): InstanceFacts => ({
  instanceId: idOf(index),
  instanceType: 'm1.small',
  imageId: 'ami-0abcdef1234567890',
  virtualizationType: 'paravirtual',
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  enaSupport: false,
  reservationId: 'r-0123456789abcdef0',
  launchTime: '2026-11-24T08:00:00Z',
})
const noImages = { images: async () => ({ ok: true, facts: [] }) as const }
const at = (count: number) => ({ messageId: 'message-1', count, claimant: `message-1/${count}` })

/** Neither its instances nor the token that it was asked for with. */
const withoutAnything = readEvent({
  ...aRunInstancesRecord({ request: { ...aLaunchRequest(), clientToken: undefined } }),
  responseElements: null,
  resources: undefined,
})

describe('a launch', () => {
  test('has its region swept, and is still alerted, if its record has nothing to find its instances by', async () => {
    const { ports, handedOver, published, logged } = somePorts({ ec2: () => ({ ...silentEc2, ...noImages }) })
    expect(await processEvent(withoutAnything, at(1), ports)).toMatchObject({ kind: 'done' })
    expect(handedOver).toEqual([expect.stringMatching(/^us-east-1 20/)])
    expect(published).toHaveLength(1)
    expect(logged.join()).toContain('its region is swept for them')
  })

  test('has its region swept, once it is given up, if EC2 never knows its instances', async () => {
    const { ports, handedOver } = somePorts({ ec2: () => ec2With([], noImages) })
    const event = readEvent(aLargeLaunch([idOf(0)]))
    await processEvent(event, at(1), ports)
    await processEvent(event, at(2), ports)
    expect(handedOver).toEqual([])
    await processEvent(event, at(3), ports)
    expect(handedOver).toHaveLength(1)
  })

  test('has its region swept for the others if EC2 knows only some of its instances', async () => {
    const { ports, handedOver, published } = somePorts({ ec2: () => ec2With([described(0)]) })
    await processEvent(readEvent(aLargeLaunch([idOf(0), idOf(1)])), at(3), ports)
    expect(handedOver).toHaveLength(1)
    expect(published).toHaveLength(1)
  })

  test('is not handed over to a sweep if it is found as a whole or may not be read', async () => {
    const found = somePorts({ ec2: () => ec2With([described(0)]) })
    await processEvent(readEvent(aLargeLaunch([idOf(0)])), at(1), found.ports)
    expect(found.handedOver).toEqual([])
    const denied = async () => ({ ok: false, why: 'UnauthorizedOperation' }) as const
    const blind = somePorts({ ec2: () => ({ instances: denied, images: denied, types: denied, templates: denied }) })
    await processEvent(readEvent(aLargeLaunch([idOf(0)])), at(3), blind.ports)
    expect(blind.handedOver).toEqual([])
  })

  test('is delivered again before any alert if it cannot be handed over', async () => {
    const { ports, published } = somePorts({
      ec2: () => ({ ...silentEc2, ...noImages }),
      handOver: async () => Promise.reject(new Error('KMSThrottling')),
    })
    await expect(processEvent(withoutAnything, at(1), ports)).rejects.toThrow('KMSThrottling')
    expect(published).toEqual([])
  })

  test('says so if it lies in a region that no sweep of this stack reads', async () => {
    const { ports, logged } = somePorts({
      ec2: () => ({ ...silentEc2, ...noImages }),
      handOver: async () => false,
    })
    await processEvent(withoutAnything, at(1), ports)
    expect(logged.join()).toContain('no sweep of this stack goes there')
  })
})
