import { DescribeRegionsCommand, EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2'

/**
 * EC2 throttles by account and region, and shares the limit with everybody there: adaptive retries slow down rather than
 * insist. Ten attempts take about a minute and a half.
 */
const SETTINGS = {
  retryMode: 'adaptive',
  maxAttempts: 10,
  // Without these an endpoint that takes a connection and says nothing is waited for without end.
  requestHandler: { connectionTimeout: 10_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
} as const

/** A client for reading a fleet in one region. */
export const createFleetClient = (config: EC2ClientConfig): EC2Client => new EC2Client({ ...SETTINGS, ...config })

/** The regions that are enabled for the account, by name. Throws what EC2 throws. */
export const listEnabledRegions = async (client: EC2Client): Promise<readonly string[]> => {
  // Without AllRegions it leaves out those that are not enabled (EC2 API reference, DescribeRegions).
  const { Regions = [] } = await client.send(new DescribeRegionsCommand({}))
  return Regions.flatMap(({ RegionName }) => RegionName ?? []).toSorted()
}
