import { EC2Client, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2'
import { UserError } from '../../shared/errors.ts'
import type { Source } from './source.ts'

/** All types that EC2 offers to this account in the Region, as a source. UserError if it does not answer. */
export const describeLive = async (region: string, client = new EC2Client({ region })): Promise<Source> => {
  const records = []
  try {
    for await (const page of paginateDescribeInstanceTypes({ client, pageSize: 100 }, {}))
      records.push(...(page.InstanceTypes ?? []))
  } catch (error) {
    const said = error instanceof Error ? `${error.name}: ${error.message}`.split('\n')[0] : String(error)
    throw new UserError(`DescribeInstanceTypes in ${region}: ${said}`)
  }
  const byName = records.toSorted((a, b) => ((a.InstanceType ?? '') < (b.InstanceType ?? '') ? -1 : 1))
  return { name: `DescribeInstanceTypes ${region}`, text: JSON.stringify({ InstanceTypes: byName }) }
}
