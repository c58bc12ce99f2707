import type { EC2Client } from '@aws-sdk/client-ec2'
import { describeImages, describeInstances, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { createFleetClient } from '../../shared/aws/fleet/account-regions.ts'
import type { Reading } from '../../shared/engine/complete.ts'
import { classifyReadFailure } from '../../shared/fleet/read-failure.ts'
import type { RegionReader } from './ports.ts'

/** A denied read is an answer that stays the same however often it is tried. Every other error is thrown. */
const readOrDeny = async <T>(read: () => Promise<readonly T[]>): Promise<Reading<T>> => {
  try {
    return { ok: true, facts: await read() }
  } catch (error) {
    const failure = classifyReadFailure(error)
    if (failure === undefined || failure.passes) throw error
    return { ok: false, why: failure.why }
  }
}

const createReader = (client: EC2Client): RegionReader => ({
  instances: (name, values) => readOrDeny(() => describeInstances(client, { name, values })),
  images: ids => readOrDeny(() => describeImages(client, ids)),
  types: names => readOrDeny(() => describeInstanceTypes(client, names)),
})

/** A client for each region, made when it is first needed. */
export const createRegionClients = () => {
  const clients = new Map<string, EC2Client>()
  const getClient = (region: string): EC2Client => {
    const client = clients.get(region) ?? createFleetClient({ region })
    clients.set(region, client)
    return client
  }
  return { clientFor: getClient, readerFor: (region: string) => createReader(getClient(region)) }
}
