import type { AccountRegion } from '../facts/account-region.ts'

/** The facts for a stop are read again right before it, whatever the event said. */
export const STOP_READS = [
  'ec2:DescribeImages',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeInstances',
  'ec2:DescribeSpotInstanceRequests',
] as const

/** One instance of an account. */
export type StopTarget = AccountRegion & { readonly instanceId: string }

const createDocument = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

/**
 * What a session of the role for stops may do: stop this one instance, and read what decides on it. AWS allows what both the role
 * and this document allow.
 */
export const buildStopSessionPolicy = ({ accountId, region, instanceId }: StopTarget, partition: string): string =>
  createDocument([
    { Effect: 'Allow', Action: STOP_READS, Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['ec2:DescribeInstanceAttribute', 'ec2:StopInstances'],
      Resource: `arn:${partition}:ec2:${region}:${accountId}:instance/${instanceId}`,
    },
  ])

/** For a session that only shows that the role can be used. */
export const NOTHING_ALLOWED = createDocument([{ Effect: 'Deny', Action: '*', Resource: '*' }])
