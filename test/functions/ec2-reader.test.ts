import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { beforeEach, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createEc2Reader, createNoReader } from '../../functions/evaluate/ec2-reader.ts'

const mock = mockClient(EC2Client)

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
})

const refusal = (name: string) => Object.assign(new Error('refused'), { name })

test('instances that are asked for at the same time are read in one call, and each caller gets its own', async () => {
  mock.on(DescribeInstancesCommand).resolves({
    Reservations: [{ ReservationId: 'r-1', Instances: [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }] }],
  })
  const reader = createEc2Reader()
  const [one, two, none] = await Promise.all(['i-1', 'i-2', 'i-3'].map(id => reader.instances('instance-id', [id])))
  expect(mock.commandCalls(DescribeInstancesCommand)).toHaveLength(1)
  expect(one).toMatchObject({ ok: true, facts: [{ instanceId: 'i-1', reservationId: 'r-1' }] })
  expect(two).toMatchObject({ ok: true, facts: [{ instanceId: 'i-2' }] })
  expect(none).toEqual({ ok: true, facts: [] })
})

test('the reader reads every page', async () => {
  mock
    .on(DescribeInstancesCommand)
    .resolvesOnce({ Reservations: [{ Instances: [{ InstanceId: 'i-1' }] }], NextToken: 'more' })
    .resolvesOnce({ Reservations: [{ Instances: [{ InstanceId: 'i-2' }] }] })
  const reading = await createEc2Reader().instances('client-token', ['token'])
  expect(reading.ok && reading.facts.map(({ instanceId }) => instanceId)).toEqual(['i-1', 'i-2'])
})

test('an image is read once and remembered, and one that does not exist is not known', async () => {
  mock.on(DescribeImagesCommand).resolves({ Images: [{ ImageId: 'ami-1', VirtualizationType: 'hvm' }] })
  const reader = createEc2Reader()
  await reader.images(['ami-1'])
  expect(await reader.images(['ami-1'])).toMatchObject({ ok: true, facts: [{ imageId: 'ami-1', enaSupport: false }] })
  expect(mock.commandCalls(DescribeImagesCommand)).toHaveLength(1)
  mock.on(DescribeImagesCommand).resolves({ Images: [] })
  expect(await reader.images(['ami-2'])).toEqual({ ok: true, facts: [] })
})

test.each(['UnauthorizedOperation', 'AccessDenied', 'AuthFailure'])(
  'the error %s is an answer that says why nothing is known',
  async name => {
    mock.on(DescribeInstanceTypesCommand).rejects(refusal(name))
    expect(await createEc2Reader().types(['t3.micro'])).toEqual({ ok: false, why: `${name}: refused` })
  },
)

test.each(['RequestLimitExceeded', 'InternalError', 'TimeoutError'])(
  'the error %s is thrown, so that the message is delivered again',
  async name => {
    mock.on(DescribeInstanceTypesCommand).rejects(refusal(name))
    await expect(createEc2Reader().types(['t3.micro'])).rejects.toThrow('refused')
  },
)

test('a failed read does not affect the next one', async () => {
  mock.on(DescribeInstancesCommand).rejectsOnce(refusal('InternalError')).resolves({ Reservations: [] })
  const reader = createEc2Reader()
  await expect(reader.instances('instance-id', ['i-1'])).rejects.toThrow('refused')
  expect(await reader.instances('instance-id', ['i-1'])).toEqual({ ok: true, facts: [] })
})

test('the reader reads nothing of another account', async () => {
  const reading = await createNoReader({ accountId: '210987654321', region: 'eu-west-1' }).images(['ami-1'])
  expect(reading).toMatchObject({ ok: false, why: expect.stringContaining('account 210987654321, region eu-west-1') })
})
