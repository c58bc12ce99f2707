import { readActor } from './actor.ts'
import type { Launch } from './event.ts'
import type { InstanceFacts } from './facts.ts'
import { omitUndefined, type Part, readFact, readFlag, readPart, readRequiredText, readText, setAt } from './fields.ts'
import { parseBootMode, readVirtualizationType } from './image-fields.ts'
import { type CallRecord, readResourceIds } from './record.ts'
import { readRequest, readTerms } from './request.ts'
import { isBeforeCall, nameCaller } from './same-launch.ts'
import { readTags } from './tags.ts'

/** A RunInstances call that succeeded. Instances that its response does not list are `unlisted`. */
export const readLaunch = (record: CallRecord): Launch => {
  const { part, accountId, region, event } = record
  const request = readFact(part, () => readPart(part, 'requestParameters'))
  const response = readFact(part, () => readPart(part, 'responseElements'))
  const terms = readTerms(request)
  const reservationId = response && readFact(response, () => readText(response, 'reservationId'))
  const items = (response && readFact(response, () => setAt(response, 'instancesSet'))) ?? []
  const instances = items.map(item => readInstance(item, terms, reservationId))
  const clientToken = request && readFact(request, () => readText(request, 'clientToken'))
  const left = findLeftOut(record, instances)
  return omitUndefined<Launch>({
    kind: 'launch',
    accountId,
    region,
    event,
    actor: nameCaller(
      readActor(part, { tags: instances[0]?.tags ?? terms.tags, request }),
      items.flatMap(readLaunchMs),
      event.time,
    ),
    launchId: reservationId ?? nameFromToken(clientToken) ?? event.id,
    instances,
    ...readLaunchTimes(items, event.time),
    unlisted:
      left &&
      omitUndefined<NonNullable<Launch['unlisted']>>({
        instanceIds: left,
        clientToken,
        requested: readRequest(request),
      }),
  })
}

/**
 * The ids of launches, instances and sweeps begin with these. The launcher chooses the token, which must not be
 * mistaken for one.
 */
const TAKEN = /^(?:r|i|ami|sweep|digest|token)-/

const nameFromToken = (token: string | undefined): string | undefined =>
  token !== undefined && TAKEN.test(token) ? `token-${token}` : token

const readLaunchMs = ({ value: { launchTime } }: Part): readonly number[] =>
  typeof launchTime === 'number' ? [launchTime] : []

/** The launcher chooses whether a call repeats another. Only AWS writes when its instances were launched. */
const readLaunchTimes = (items: readonly Part[], time: string): Pick<Launch, 'launchedEarlier' | 'undated'> => {
  const launchedEarlier: string[] = []
  const undated: string[] = []
  for (const item of items) {
    const launchTime = item.value['launchTime']
    if (typeof launchTime !== 'number') undated.push(readRequiredText(item, 'instanceId'))
    else if (isBeforeCall(launchTime, time)) launchedEarlier.push(readRequiredText(item, 'instanceId'))
  }
  return { ...(launchedEarlier.length > 0 && { launchedEarlier }), ...(undated.length > 0 && { undated }) }
}

/** The ids that the record names elsewhere. Undefined if the response lists every instance. */
const findLeftOut = (record: CallRecord, instances: readonly InstanceFacts[]): readonly string[] | undefined => {
  const listed = new Set(instances.map(({ instanceId }) => instanceId))
  const left = readResourceIds(record, { type: 'AWS::EC2::Instance', idStart: 'i-' }).filter(id => !listed.has(id))
  return instances.length === 0 || left.length > 0 ? left : undefined
}

const readInstance = (item: Part, terms: InstanceFacts, reservationId: string | undefined): InstanceFacts => {
  const readOne = (key: string): string | undefined => readFact(item, () => readText(item, key))
  return omitUndefined<InstanceFacts>({
    instanceId: readRequiredText(item, 'instanceId'),
    imageId: readOne('imageId'),
    instanceType: readOne('instanceType'),
    virtualizationType: readFact(item, () => readVirtualizationType(item)),
    // Absent from every record before 1.08, whatever the instance has, so that it is not known.
    enaSupport: readFact(item, () => readFlag(item, 'enaSupport')),
    architecture: readOne('architecture'),
    // Written only if the image has one.
    bootMode: readFact(item, () => parseBootMode(readText(item, 'bootMode'))),
    rootDeviceType: readOne('rootDeviceType'),
    state: readFact(item, () => readState(item)),
    reservationId,
    lifecycle: readFact(item, () => readLifecycle(item, terms)),
    spotRequest: terms.spotRequest,
    stopProtected: terms.stopProtected,
    managedBy: readFact(item, () => readManager(item)),
    tags: readFact(item, () => readTags(item, 'tagSet') ?? terms.tags),
  })
}

const readState = (item: Part): string | undefined => {
  const state = readPart(item, 'instanceState')
  return state && readText(state, 'name')
}

/** EC2 leaves `instanceLifecycle` out of an on-demand instance. Capacity blocks are neither, and not known here. */
const readLifecycle = (item: Part, terms: InstanceFacts): InstanceFacts['lifecycle'] => {
  const lifecycle = readText(item, 'instanceLifecycle')
  if (lifecycle === 'spot' || lifecycle === 'scheduled') return lifecycle
  if (lifecycle !== undefined) return undefined
  if (readText(item, 'spotInstanceRequestId') !== undefined) return 'spot'
  return terms.lifecycle ?? 'on-demand'
}

const readManager = (item: Part): string | undefined => {
  const operator = readPart(item, 'operator')
  if (operator === undefined || readFlag(operator, 'managed') !== true) return undefined
  return readText(operator, 'principal') ?? 'unnamed'
}
