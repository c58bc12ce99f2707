import type { EC2Client } from '@aws-sdk/client-ec2'
import { describeImages, describeInstances, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { isStopProtected, readSpotRequest } from '../../shared/aws/stop-facts.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import type { StopReader } from './ports.ts'

// The attribute cannot be set for Spot instances, nor the request asked of others (EC2 user guide, stop protection).
const stopFacts = async (
  client: EC2Client,
  instanceId: string,
  { lifecycle }: InstanceFacts,
): Promise<Partial<InstanceFacts>> => {
  if (lifecycle !== 'spot') return { stopProtected: await isStopProtected(client, instanceId) }
  const spotRequest = await readSpotRequest(client, instanceId)
  return spotRequest === undefined ? {} : { spotRequest }
}

/** Reads EC2 as it is now and remembers nothing, because a stop is decided on the facts of that moment. */
export const stopReader = (client: EC2Client): StopReader => ({
  instance: async instanceId => {
    const [described] = await describeInstances(client, { name: 'instance-id', values: [instanceId] })
    // Only a running one can be stopped, so that nothing more needs to be known of another.
    if (described?.state !== 'running') return described
    return { ...described, ...(await stopFacts(client, instanceId, described)) }
  },
  images: ids => describeImages(client, ids),
  types: names => describeInstanceTypes(client, names),
})
