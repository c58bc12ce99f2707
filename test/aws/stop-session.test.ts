import { describe, expect, test } from '@jest/globals'
import { buildStopSessionPolicy, NOTHING_ALLOWED } from '../../shared/aws/stop-session.ts'
import { PARTITIONS } from '../../shared/facts/partitions.ts'

/** STS API reference, AssumeRole, Policy. */
const MOST_CHARACTERS = 2_048

const TARGET = { accountId: '210987654321', region: 'eu-west-1', instanceId: 'i-0123456789abcdef0' }

describe('the policy of a session for a stop', () => {
  test('allows the stop of one instance, the attribute that protects it, and reads', () =>
    expect(JSON.parse(buildStopSessionPolicy(TARGET, 'aws'))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'ec2:DescribeImages',
            'ec2:DescribeInstanceTypes',
            'ec2:DescribeInstances',
            'ec2:DescribeSpotInstanceRequests',
          ],
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Action: ['ec2:DescribeInstanceAttribute', 'ec2:StopInstances'],
          Resource: 'arn:aws:ec2:eu-west-1:210987654321:instance/i-0123456789abcdef0',
        },
      ],
    }))

  test.each(PARTITIONS.map(({ id }) => id))('is no longer than STS takes, in the partition %s', partition => {
    const longest = { ...TARGET, region: 'r'.repeat(30), instanceId: `i-${'f'.repeat(32)}` }
    expect(buildStopSessionPolicy(longest, partition).length).toBeLessThanOrEqual(MOST_CHARACTERS)
  })
})

test('the policy of a session that only shows that the role can be used denies everything', () =>
  expect(JSON.parse(NOTHING_ALLOWED)).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
  }))
