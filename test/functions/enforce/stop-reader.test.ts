import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeSpotInstanceRequestsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { stopReader } from '../../../functions/enforce/stop-reader.ts'
import { aDescribedType } from '../../support/types.ts'
import { aMachine, idOf } from './machines.ts'

const client = new EC2Client({ region: 'us-east-1' })
const mock = mockClient(client)
const reader = stopReader(client)
const ID = idOf(0)

const describing = (more: Parameters<typeof aMachine>[1] = {}): void => {
  mock
    .on(DescribeInstancesCommand, { Filters: [{ Name: 'instance-id', Values: [ID] }] })
    .resolves({ Reservations: [{ Instances: [aMachine(ID, more).described] }] })
}

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})

describe('the state of an instance that EC2 returns now', () => {
  test('includes its stop protection', async () => {
    describing()
    mock.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value: true } })
    expect(await reader.instance(ID)).toMatchObject({ instanceId: ID, stopProtected: true })
  })

  test.each([
    ['persistent', { spotRequest: 'persistent' }],
    ['one-time', { spotRequest: 'one-time' }],
  ])('includes the request that it belongs to, if it is a Spot instance: %s', async (Type, facts) => {
    describing({ InstanceLifecycle: 'spot' })
    mock.on(DescribeSpotInstanceRequestsCommand).resolves({
      SpotInstanceRequests: [{ State: 'active', Type: Type === 'persistent' ? 'persistent' : 'one-time' }],
    })
    expect(await reader.instance(ID)).toMatchObject(facts)
  })

  test('includes no request if none is live', async () => {
    describing({ InstanceLifecycle: 'spot' })
    mock.on(DescribeSpotInstanceRequestsCommand).resolves({})
    expect(Object.keys((await reader.instance(ID)) ?? {})).not.toContain('spotRequest')
  })

  test('is all that is read if it does not run', async () => {
    describing({ State: { Name: 'stopped' } })
    expect(await reader.instance(ID)).toMatchObject({ state: 'stopped' })
    expect(mock.calls()).toHaveLength(1)
  })

  test('may be missing', async () => {
    mock.on(DescribeInstancesCommand).resolves({ Reservations: [] })
    expect(await reader.instance(ID)).toBeUndefined()
  })
})

test('images and types are read by their names', async () => {
  const ImageId = 'ami-0abcdef1234567890'
  mock.on(DescribeImagesCommand).resolves({ Images: [{ ImageId, VirtualizationType: 'hvm' }] })
  const types = JSON.parse(JSON.stringify({ InstanceTypes: [aDescribedType({ InstanceType: 'm1.small' })] }))
  mock.on(DescribeInstanceTypesCommand).resolves(types)
  expect(await reader.images([ImageId])).toMatchObject([{ imageId: ImageId, virtualizationType: 'hvm' }])
  expect(await reader.types(['m1.small'])).toMatchObject([{ instanceType: 'm1.small', hypervisor: 'nitro' }])
})
