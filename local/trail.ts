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
} from '../test/support/builders.ts'
import type { Envelope } from './carry.ts'
import type { SeededImage } from './images.ts'
import { ACCOUNT } from './isolation.ts'

/** A launch as somebody asks for it. */
export type Wish = {
  readonly image: SeededImage
  readonly instanceType: _InstanceType
  readonly count: number
  readonly name: string
  readonly clientToken: string
}

/** A wish as a client sends it, with a token of its own. */
export const aWish = (wish: Omit<Wish, 'clientToken'>): Wish => ({ ...wish, clientToken: randomUUID() })

/** What EC2 answers to it, as far as a record tells. */
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

/** What CloudTrail would deliver of a launch that EC2 took. */
export function launchRecord(wish: Wish, { reservationId, instances }: Answer): Envelope {
  const items = instances.map((instance, index) => anInstanceItem({ ...itemOf(wish, instance, index) }))
  const record = aRunInstancesRecord({ ...common(), request: requestOf(wish), reservationId, instances: items })
  return anEnvelope(record, { id: randomUUID() })
}

/** What CloudTrail would deliver of a launch that EC2 refused. */
export function refusalRecord(wish: Wish, refusal: { errorCode: string; errorMessage: string }): Envelope {
  return anEnvelope(aRefusedLaunch({ ...common(), request: requestOf(wish), ...refusal }), { id: randomUUID() })
}

/** What CloudTrail would deliver of an image that was registered without a word on its virtualization type. */
export function registrationRecord(imageId: string, name: string): Envelope {
  return anEnvelope(aRegisterImageRecord({ ...common(), imageId, request: { name } }), { id: randomUUID() })
}

/** The same call as CloudTrail may deliver it again: another record of it, with another id. */
export function reissued({ detail, ...envelope }: Envelope): Envelope {
  const record = typeof detail === 'object' ? detail : {}
  return { ...envelope, id: randomUUID(), detail: { ...record, eventID: randomUUID() } }
}

/** What EC2 itself would say of each instance a little later. */
export function runningNotifications({ instances }: Answer): readonly Envelope[] {
  return instances.map(({ instanceId }) =>
    aRunningNotification({ instanceId, accountId: ACCOUNT, time: now(), eventID: randomUUID() }),
  )
}

function requestOf({ image, instanceType, count, name, clientToken }: Wish) {
  const instancesSet = { items: [{ imageId: image.imageId, minCount: count, maxCount: count }] }
  return aLaunchRequest({ instanceType, clientToken, tags: { Name: name }, more: { instancesSet } })
}

function itemOf({ image, instanceType, name }: Wish, instance: AnsweredInstance, amiLaunchIndex: number) {
  const { instanceId, virtualizationType, architecture, rootDeviceType } = instance
  // moto does not tell these: they are the image's. A record has enaSupport where it is on, and else leaves it out.
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
    tags: { Name: name },
    more: { architecture, rootDeviceType, amiLaunchIndex, launchTime, ...ofImage },
  }
}

// CloudTrail counts in seconds.
const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')

const common = () => ({ accountId: ACCOUNT, eventID: randomUUID(), time: now(), userIdentity: JANE })
