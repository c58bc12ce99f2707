import {
  DescribeInstanceAttributeCommand,
  DescribeSpotInstanceRequestsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2'
import type { InstanceFacts } from '../facts/facts.ts'
import { STOP_PROTECTION } from '../facts/stop-protection.ts'
import { buildExactFilter } from './filter.ts'

/**
 * Whether the instance has stop protection, which DescribeInstances does not say. Throws what EC2 throws, and if EC2
 * does not say.
 */
export const isStopProtected = async (client: EC2Client, instanceId: string): Promise<boolean> => {
  const { DisableApiStop } = await client.send(
    new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: STOP_PROTECTION }),
  )
  if (DisableApiStop?.Value === undefined)
    throw new Error(`EC2 does not say whether ${instanceId} is protected against being stopped`)
  return DisableApiStop.Value
}

/**
 * The kind of request of a Spot instance. Undefined if no live request is known, as for one that was cancelled: EC2
 * does not stop its instance either (EC2 user guide, Stop a Spot Instance). Throws what EC2 throws.
 */
export const readSpotRequest = async (
  client: EC2Client,
  instanceId: string,
): Promise<InstanceFacts['spotRequest'] | undefined> => {
  const { SpotInstanceRequests = [] } = await client.send(
    new DescribeSpotInstanceRequestsCommand({ Filters: [buildExactFilter('instance-id', [instanceId])] }),
  )
  const [live] = SpotInstanceRequests.filter(({ State }) => State === 'active')
  return live?.Type === 'persistent' || live?.Type === 'one-time' ? live.Type : undefined
}
