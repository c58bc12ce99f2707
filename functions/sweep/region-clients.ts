import type { EC2Client } from '@aws-sdk/client-ec2'
import { describeImages, describeInstances, describeInstanceTypes } from '../../shared/aws/ec2.ts'
import { fleetClient } from '../../shared/aws/fleet/places.ts'
import type { Reading } from '../../shared/engine/complete.ts'
import { troubleOf } from '../../shared/fleet/trouble.ts'
import type { RegionReader } from './ports.ts'

/** What may not be read is an answer, and stays one however often it is tried; every other error is thrown. */
const reading = async <T>(read: () => Promise<readonly T[]>): Promise<Reading<T>> => {
  try {
    return { ok: true, facts: await read() }
  } catch (error) {
    const trouble = troubleOf(error)
    if (trouble === undefined || trouble.passes) throw error
    return { ok: false, why: trouble.why }
  }
}

const readerOf = (client: EC2Client): RegionReader => ({
  instances: (name, values) => reading(() => describeInstances(client, { name, values })),
  images: ids => reading(() => describeImages(client, ids)),
  types: names => reading(() => describeInstanceTypes(client, names)),
})

/** A client for each region, made when it is first needed. */
export const regionClients = () => {
  const clients = new Map<string, EC2Client>()
  const clientFor = (region: string): EC2Client => {
    const client = clients.get(region) ?? fleetClient({ region })
    clients.set(region, client)
    return client
  }
  return { clientFor, readerFor: (region: string) => readerOf(clientFor(region)) }
}
