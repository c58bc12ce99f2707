import { randomUUID } from 'node:crypto'
import type { _InstanceType } from '@aws-sdk/client-ec2'
import {
  aLaunchRequest,
  anEnvelope,
  anInstanceItem,
  aRefusedLaunch,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
  aStartInstancesRecord,
} from '../test/support/builders.ts'
import type { Json, Tags } from '../test/support/record-shape.ts'
import type { Envelope } from './carry.ts'
import type { SeededImage } from './images.ts'
import { ACCOUNT } from './isolation.ts'

/** A launch as a user requests it. */
export type Wish = {
  readonly image: SeededImage
  readonly instanceType: _InstanceType
  readonly count: number
  readonly name: string
  readonly tags?: Tags
  readonly clientToken: string
}

/** A request as a client sends it, with a token of its own. */
export const createWish = (wish: Omit<Wish, 'clientToken'>): Wish => ({ ...wish, clientToken: randomUUID() })

/** EC2's answer to it, as far as a record contains it. */
export type Answer = {
  readonly reservationId: string
  readonly instances: readonly AnsweredInstance[]
}

export type AnsweredInstance = {
  readonly instanceId: string
  readonly virtualizationType: string
  readonly architecture: string
  readonly rootDeviceType: string
}

const JANE = {
  type: 'IAMUser',
  principalId: 'AIDALOCALCLOUD',
  arn: `arn:aws:iam::${ACCOUNT}:user/jane`,
  accountId: ACCOUNT,
  userName: 'jane',
}

/**
 * The additions to a record beside the facts of the emulated EC2: keys of its request, and of each item of its
 * response.
 */
export type More = { readonly request?: Json; readonly item?: Json; readonly tags?: Tags }

/** CloudTrail's record of a launch that EC2 accepted. */
export function launchRecord(wish: Wish, { reservationId, instances }: Answer, more: More = {}): Envelope {
  const items = instances.map((instance, index) => {
    const item = describeItem(wish, instance, index)
    return anInstanceItem({ ...item, tags: { ...item.tags, ...more.tags }, more: { ...item.more, ...more.item } })
  })
  const request = { ...requestOf(wish), ...more.request }
  return anEnvelope(aRunInstancesRecord({ ...buildCommonFields(), request, reservationId, instances: items }), {
    id: randomUUID(),
  })
}

/** CloudTrail's record of a launch that EC2 refused. */
export function createRefusalRecord(wish: Wish, refusal: { errorCode: string; errorMessage: string }): Envelope {
  return anEnvelope(aRefusedLaunch({ ...buildCommonFields(), request: requestOf(wish), ...refusal }), {
    id: randomUUID(),
  })
}

/** CloudTrail's record of an image that was registered without a virtualization type. */
export function createRegistrationRecord(imageId: string, name: string): Envelope {
  return anEnvelope(aRegisterImageRecord({ ...buildCommonFields(), imageId, request: { name } }), { id: randomUUID() })
}

/** The same call as CloudTrail may deliver it again: another record of it, with another id. */
export function reissueRecord({ detail, ...envelope }: Envelope): Envelope {
  const record = typeof detail === 'object' ? detail : {}
  return { ...envelope, id: randomUUID(), detail: { ...record, eventID: randomUUID() } }
}

/** EC2's notification for each instance a little later. */
export const createRunningNotifications = ({ instances }: Answer): readonly Envelope[] =>
  createStateNotifications(
    instances.map(({ instanceId }) => instanceId),
    'running',
  )

/** EC2's notification for each instance that has changed its state. */
export const createStateNotifications = (instanceIds: readonly string[], state: string): readonly Envelope[] =>
  instanceIds.map(instanceId =>
    aRunningNotification({ instanceId, state, accountId: ACCOUNT, time: getNow(), eventID: randomUUID() }),
  )

/** CloudTrail's record of instances that somebody starts. */
export const startRecord = (instanceIds: readonly string[]): Envelope =>
  anEnvelope(aStartInstancesRecord({ ...buildCommonFields(), instanceIds }), { id: randomUUID() })

function requestOf(wish: Wish) {
  const { image, instanceType, count, clientToken } = wish
  const instancesSet = { items: [{ imageId: image.imageId, minCount: count, maxCount: count }] }
  return aLaunchRequest({ instanceType, clientToken, tags: readTagMembers(wish), more: { instancesSet } })
}

export const readTagMembers = ({ name, tags }: Wish): Tags => ({ Name: name, ...tags })

function describeItem(wish: Wish, instance: AnsweredInstance, amiLaunchIndex: number) {
  const { image, instanceType } = wish
  const { instanceId, virtualizationType, architecture, rootDeviceType } = instance
  // moto does not return these, because they are the image's. A record has enaSupport if it is on, and else leaves it
  // out.
  const ofImage = {
    enaSupport: image.enaSupport || undefined,
    rootDeviceName: image.rootDeviceName,
    ...(image.kernelId !== undefined && { kernelId: image.kernelId }),
  }
  const launchTime = Date.now()
  return {
    instanceId,
    imageId: image.imageId,
    instanceType,
    virtualizationType,
    tags: readTagMembers(wish),
    more: { architecture, rootDeviceType, amiLaunchIndex, launchTime, ...ofImage },
  }
}

// CloudTrail counts in seconds.
const getNow = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

const buildCommonFields = () => ({ accountId: ACCOUNT, eventID: randomUUID(), time: getNow(), userIdentity: JANE })
