import {
  DescribeInstanceAttributeCommand,
  DescribeSpotInstanceRequestsCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { STOP_ERRORS, stopInstance } from '../../shared/aws/stop.ts'
import { isStopProtected, readSpotRequest } from '../../shared/aws/stop-facts.ts'

const client = new EC2Client({ region: 'us-east-1' })
const mock = mockClient(client)
const id = 'i-0123456789abcdef0'

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})

const refusedWith = (name: string) => Object.assign(new Error('EC2’s own words'), { name })

describe('a call of StopInstances', () => {
  test('names one instance, and forces nothing', async () => {
    mock
      .on(StopInstancesCommand)
      .resolves({ StoppingInstances: [{ InstanceId: id, CurrentState: { Name: 'stopping' } }] })
    expect(await stopInstance(client, id)).toEqual({ kind: 'accepted', state: 'stopping' })
    expect(mock.calls().map(({ args }) => args[0].input)).toEqual([{ InstanceIds: [id] }])
  })

  test.each(Object.entries(STOP_ERRORS))('that EC2 answers with %s is %s, with EC2’s words', async (name, kind) => {
    mock.on(StopInstancesCommand).rejects(refusedWith(name))
    expect(await stopInstance(client, id)).toEqual({ kind, error: name, message: 'EC2’s own words' })
  })

  test.each(['RequestLimitExceeded', 'InternalError', 'TimeoutError', 'constructor'])(
    'that ends in %s throws, because it has no answer',
    async name => {
      mock.on(StopInstancesCommand).rejects(refusedWith(name))
      await expect(stopInstance(client, id)).rejects.toThrow('EC2’s own words')
    },
  )
})

describe('the attributes that a stop depends on', () => {
  test('include the stop protection', async () => {
    mock.on(DescribeInstanceAttributeCommand).resolves({ DisableApiStop: { Value: true } })
    expect(await isStopProtected(client, id)).toBe(true)
    expect(mock.calls()[0]?.args[0].input).toEqual({ InstanceId: id, Attribute: 'disableApiStop' })
  })

  test('do not include an attribute that the answer leaves out', async () => {
    mock.on(DescribeInstanceAttributeCommand).resolves({})
    await expect(isStopProtected(client, id)).rejects.toThrow(`does not say whether ${id} is protected`)
  })

  test.each([
    [[{ State: 'active', Type: 'persistent' }], 'persistent'],
    [[{ State: 'active', Type: 'one-time' }], 'one-time'],
    [[{ State: 'cancelled', Type: 'persistent' }], undefined],
    [[], undefined],
  ] as const)('include the kind of its live Spot request: %j is %s', async (requests, kind) => {
    mock.on(DescribeSpotInstanceRequestsCommand).resolves({ SpotInstanceRequests: [...requests] })
    expect(await readSpotRequest(client, id)).toBe(kind)
  })
})
