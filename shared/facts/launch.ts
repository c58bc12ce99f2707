import { readActor } from './actor.ts'
import type { Launch } from './event.ts'
import type { InstanceFacts } from './facts.ts'
import { flagAt, known, neededTextAt, type Part, partAt, setAt, textAt } from './fields.ts'
import { bootModeOf, virtualizationTypeAt } from './image-fields.ts'
import { type CallRecord, resourceIds } from './record.ts'
import { readRequest, readTerms } from './request.ts'
import { tagsAt } from './tags.ts'

/** A RunInstances call that succeeded. What its response does not list is put down as `unlisted`. */
export const readLaunch = (record: CallRecord): Launch => {
  const { part, accountId, region, event } = record
  const request = partAt(part, 'requestParameters')
  const response = partAt(part, 'responseElements')
  const terms = readTerms(request)
  const reservationId = response && textAt(response, 'reservationId')
  const items = (response && setAt(response, 'instancesSet')) ?? []
  const instances = items.map(item => readInstance(item, terms, reservationId))
  const clientToken = request && textAt(request, 'clientToken')
  const left = leftOut(record, instances)
  return known<Launch>({
    kind: 'launch',
    accountId,
    region,
    event,
    actor: readActor(part, { tags: instances[0]?.tags ?? terms.tags, request }),
    launchId: reservationId ?? nameFromToken(clientToken) ?? event.id,
    instances,
    unlisted:
      left &&
      known<NonNullable<Launch['unlisted']>>({ instanceIds: left, clientToken, requested: readRequest(request) }),
  })
}

/** What launches, instances and sweeps are known by begins so. The launcher chooses the token, and may not pass for one. */
const TAKEN = /^(?:r|i|ami|sweep|digest|token)-/

const nameFromToken = (token: string | undefined): string | undefined =>
  token !== undefined && TAKEN.test(token) ? `token-${token}` : token

/** The ids that the record names elsewhere; undefined where the response lists every instance. */
const leftOut = (record: CallRecord, instances: readonly InstanceFacts[]): readonly string[] | undefined => {
  const listed = new Set(instances.map(({ instanceId }) => instanceId))
  const left = resourceIds(record, { type: 'AWS::EC2::Instance', idStart: 'i-' }).filter(id => !listed.has(id))
  return instances.length === 0 || left.length > 0 ? left : undefined
}

const readInstance = (item: Part, terms: InstanceFacts, reservationId: string | undefined): InstanceFacts =>
  known<InstanceFacts>({
    instanceId: neededTextAt(item, 'instanceId'),
    imageId: textAt(item, 'imageId'),
    instanceType: textAt(item, 'instanceType'),
    virtualizationType: virtualizationTypeAt(item),
    // Absent from every record before 1.08, whatever the instance has: not known.
    enaSupport: flagAt(item, 'enaSupport'),
    architecture: textAt(item, 'architecture'),
    // Written only where the image has one.
    bootMode: bootModeOf(textAt(item, 'bootMode')),
    rootDeviceType: textAt(item, 'rootDeviceType'),
    state: stateOf(item),
    reservationId,
    lifecycle: lifecycleOf(item, terms),
    spotRequest: terms.spotRequest,
    stopProtected: terms.stopProtected,
    managedBy: managerOf(item),
    tags: tagsAt(item, 'tagSet') ?? terms.tags,
  })

const stateOf = (item: Part): string | undefined => {
  const state = partAt(item, 'instanceState')
  return state && textAt(state, 'name')
}

/** EC2 leaves `instanceLifecycle` out of an on-demand instance. Capacity blocks are neither, and not known here. */
const lifecycleOf = (item: Part, terms: InstanceFacts): InstanceFacts['lifecycle'] => {
  const lifecycle = textAt(item, 'instanceLifecycle')
  if (lifecycle === 'spot' || lifecycle === 'scheduled') return lifecycle
  if (lifecycle !== undefined) return undefined
  if (textAt(item, 'spotInstanceRequestId') !== undefined) return 'spot'
  return terms.lifecycle ?? 'on-demand'
}

const managerOf = (item: Part): string | undefined => {
  const operator = partAt(item, 'operator')
  if (operator === undefined || flagAt(operator, 'managed') !== true) return undefined
  return textAt(operator, 'principal') ?? 'unnamed'
}
