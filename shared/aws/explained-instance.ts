import { DescribeInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2'
import { readActorFromTags } from '../facts/actor.ts'
import { readInstanceDescription } from '../facts/described.ts'
import type { MigrationTarget } from '../remediation/migration-target.ts'
import { buildExactFilter } from './filter.ts'

/** An instance as it is explained; `ownerId` is the account that it is in. */
export type Explained = MigrationTarget & { readonly accountId: string; readonly name?: string }

const readProductCode = ({ ProductCodes = [] }: Instance): string =>
  ProductCodes.find(({ ProductCodeType }) => ProductCodeType === 'marketplace')?.ProductCodeId ?? 'none'

/**
 * One instance with its root volume, its system and what else decides how it can be changed. Undefined if there is none. By filter, because an id that EC2 does
 * not know would be an error. Throws what EC2 throws.
 */
export const describeForExplanation = async (
  client: EC2Client,
  region: string,
  instanceId: string,
): Promise<Explained | undefined> => {
  const { Reservations = [] } = await client.send(
    new DescribeInstancesCommand({ Filters: [buildExactFilter('instance-id', [instanceId])] }),
  )
  const reservation = Reservations.find(({ Instances = [] }) => Instances.length > 0)
  const instance = reservation?.Instances?.[0]
  if (reservation === undefined || instance === undefined) return undefined
  const facts = readInstanceDescription(instance)
  const root = instance.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === instance.RootDeviceName)
  const name = facts.tags?.['Name']
  return {
    region,
    accountId: reservation.OwnerId ?? '',
    instance: facts,
    actor: readActorFromTags(facts.tags),
    // EC2 leaves it out for everything but Windows.
    isWindows: instance.Platform?.toLowerCase() === 'windows',
    // EC2 leaves out what an instance does not have.
    productCode: readProductCode(instance),
    isHibernatable: instance.HibernationOptions?.Configured === true,
    ...(instance.Placement?.Tenancy !== undefined && { isOnDedicatedHost: instance.Placement.Tenancy === 'host' }),
    ...(root?.Ebs?.VolumeId !== undefined && { rootVolumeId: root.Ebs.VolumeId }),
    ...(name !== undefined && { name }),
  }
}
