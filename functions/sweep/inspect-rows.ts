import { complete } from '../../shared/engine/complete.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import { readActorFromTags } from '../../shared/facts/actor.ts'
import type { EventRef, Resource, Subject } from '../../shared/facts/facts.ts'
import { createImageResource, createInstanceResource } from '../../shared/facts/resource.ts'
import { type Promising, promisesAny } from '../../shared/ledger/promising.ts'
import { decideRowAction, needsInspection, type Present, type RowAction } from '../../shared/ledger/resolve-open.ts'
import { placeOf, type Row } from '../../shared/ledger/row.ts'
import type { Reason } from '../../shared/reasons/reason.ts'
import { areStopsDisabled } from '../runtime/live-policy.ts'
import type { RegionReader, Work } from './ports.ts'

/** A row, the action of a sweep on it, and its verdict under the present policy. */
export type InspectedRow = { readonly row: Row; readonly action: RowAction; readonly finding?: Finding }

const getId = (row: Row): string => placeOf(row).resourceId
const isInstance = (id: string): boolean => /^i-[0-9a-f]+$/.test(id)
const isImage = (id: string): boolean => /^ami-[0-9a-f]+$/.test(id)

/** The answer of EC2 about some of these: the subjects that exist, by id. Undefined if they may not be read. */
type Answer = ReadonlyMap<string, Subject> | undefined

const readInstances = async (ids: readonly string[], where: AccountRegion, ec2: RegionReader): Promise<Answer> => {
  const reading = await ec2.instances('instance-id', ids)
  if (!reading.ok) return undefined
  return new Map(
    reading.facts.map(instance => {
      const id = instance.instanceId ?? ''
      return [id, { kind: 'instance', resource: createInstanceResource(where, id), instance }]
    }),
  )
}

const readImages = async (ids: readonly string[], where: AccountRegion, ec2: RegionReader): Promise<Answer> => {
  const reading = await ec2.images(ids)
  if (!reading.ok) return undefined
  return new Map(
    reading.facts.map(image => {
      const id = image.imageId ?? ''
      return [id, { kind: 'image', resource: createImageResource(where, id), image }]
    }),
  )
}

const GONE: Readonly<Record<'instance' | 'image', Reason>> = {
  instance: { code: 'DELETED' },
  image: { code: 'IMAGE_DELETED' },
}

const describePresence = (answer: Answer, id: string, kind: 'instance' | 'image'): Present => {
  if (answer === undefined) return { kind: 'unread' }
  const subject = answer.get(id)
  if (subject === undefined) return { kind: 'gone', because: GONE[kind] }
  if (subject.kind !== 'instance') return { kind: 'there' }
  const { state, launchTime } = subject.instance
  return { kind: 'there', ...(state !== undefined && { state }), ...(launchTime !== undefined && { launchTime }) }
}

type InspectionContext = Pick<Work, 'ports'> & {
  readonly accountId: string
  readonly event: EventRef
  readonly ec2: RegionReader
  /** Whether a stop may be promised. */
  readonly canStop: boolean
}

const evaluateSubjects = async (
  subjects: readonly Subject[],
  { accountId, event, ec2, ports, canStop }: InspectionContext,
): Promise<ReadonlyMap<string, readonly Finding[]>> => {
  const { policy, types, log } = ports
  const known = await complete(subjects, ec2, { policy, types, log })
  const world = { policy, types: types.known(), now: ports.now(), stopsDisabled: areStopsDisabled(ports, accountId) }
  return new Map(
    known.map(subject => {
      const actor = subject.kind === 'instance' ? readActorFromTags(subject.instance.tags) : {}
      const { id }: Resource = subject.resource
      return [id, evaluate({ subject, event, actor }, canStop ? { ...world, canStop } : world, { all: true })]
    }),
  )
}

const isNotDown = (subject: Subject): boolean =>
  subject.kind !== 'instance' || !['terminated', 'shutting-down'].includes(subject.instance.state ?? '')

/**
 * Reads the resources of rows of one region from EC2, and returns for each row the action of a sweep, which may promise
 * as many stops as given. Throws if EC2 does not answer.
 */
export const inspectRows = async (
  rows: readonly Row[],
  { where, promising }: { readonly where: AccountRegion; readonly promising: Promising },
  { delivery, ports }: Work,
): Promise<readonly InspectedRow[]> => {
  const now = ports.now()
  const { claimant } = delivery
  const ids = [...new Set(rows.filter(row => needsInspection(row, now, claimant)).map(getId))]
  const [instanceIds, imageIds] = [ids.filter(isInstance), ids.filter(isImage)]
  const ec2 = ports.ec2(where.region)
  const instances = instanceIds.length === 0 ? new Map() : await readInstances(instanceIds, where, ec2)
  const images = imageIds.length === 0 ? new Map() : await readImages(imageIds, where, ec2)
  for (const [answer, what] of [[instances, 'instances'] as const, [images, 'images'] as const])
    if (answer === undefined) ports.log('error', `no permission to read the ${what} of open findings`, where)
  const event = { id: `sweep-${delivery.messageId}`, name: 'DescribeInstances', time: now.toISOString() }
  const subjects = [...(instances?.values() ?? []), ...(images?.values() ?? [])].filter(isNotDown)
  const canStop = promisesAny(promising) && ports.canStop(where.region)
  const findings = await evaluateSubjects(subjects, { accountId: where.accountId, event, ec2, ports, canStop })
  return rows.map(row => {
    const id = getId(row)
    const present: Present = isInstance(id)
      ? describePresence(instances, id, 'instance')
      : isImage(id)
        ? describePresence(images, id, 'image')
        : { kind: 'unread' }
    const about = findings.get(id) ?? []
    const action = decideRowAction({ row, present, findings: about, now, claimant, promising })
    const finding = about.find(({ rule }) => rule === row.sk)
    return { row, action, ...(finding !== undefined && { finding }) }
  })
}
