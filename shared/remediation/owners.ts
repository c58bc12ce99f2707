import { listOwners } from '../owners/owners.ts'
import type { OwnedArgs, Owner } from '../reasons/reason.ts'
import type { MigrationTarget } from './migration-target.ts'

const NODE_GROUP_TAG = 'eks:nodegroup-name'

/** The owners that you configure at their service, and not by a group or a fleet that is yours to change. */
const SERVICES: readonly Owner[] = ['EMR_CLUSTER', 'BATCH_ENVIRONMENT', 'BEANSTALK_ENVIRONMENT', 'AWS_SERVICE']

/** Everything that is said to own the instance, and to replace it. Undefined if its tags are not known. */
export const listTargetOwners = ({ instance, actor }: MigrationTarget): readonly OwnedArgs[] | undefined => {
  const owners = listOwners(instance, actor)
  return owners.length === 0 && instance.tags === undefined ? undefined : owners
}

// A tag that anybody may write is a claim: it makes it possible, not certain.
const isCertain = ({ writtenBy }: OwnedArgs): boolean => writtenBy === 'aws'

const holdsOf = (owners: readonly OwnedArgs[] | undefined): boolean | undefined => {
  if (owners === undefined) return undefined
  if (owners.some(isCertain)) return true
  return owners.length === 0 ? false : undefined
}

export const isOwned = (target: MigrationTarget): boolean | undefined => holdsOf(listTargetOwners(target))

/** Whether something is said to own it, and only by what anybody may write. */
export const isOwnerClaimed = (target: MigrationTarget): boolean =>
  (listTargetOwners(target) ?? []).length > 0 && isOwned(target) === undefined

export const isInGroup = (target: MigrationTarget): boolean =>
  (listTargetOwners(target) ?? []).some(({ owner }) => owner === 'AUTO_SCALING_GROUP')

/** The service whose settings to change, if the owner is none of your own groups and fleets. */
const listServices = (target: MigrationTarget): readonly OwnedArgs[] | undefined => {
  const hasGroup = isInGroup(target)
  const isNodeGroup = target.instance.tags?.[NODE_GROUP_TAG] !== undefined
  return listTargetOwners(target)?.filter(({ owner }) => {
    if (owner === 'KUBERNETES_CLUSTER') return isNodeGroup || !hasGroup
    return owner === 'ECS_CLUSTER' ? !hasGroup : SERVICES.includes(owner)
  })
}

export const isByService = (target: MigrationTarget): boolean | undefined => holdsOf(listServices(target))

/** The kind of the service, for the words. */
export const findService = (target: MigrationTarget): OwnedArgs | undefined => {
  const services = listServices(target) ?? []
  return services.find(isCertain) ?? services[0]
}

/** Owned by a group or a fleet that is yours to change. */
export const isBy = (target: MigrationTarget, kind: 'AUTO_SCALING_GROUP' | 'EC2_FLEET'): boolean | undefined => {
  const own = holdsOf(listTargetOwners(target)?.filter(({ owner }) => owner === kind))
  const byService = isByService(target)
  if (own === false || byService === true) return false
  return byService === undefined ? undefined : own
}
