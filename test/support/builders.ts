/**
 * Records and events with the shapes of real ones (CloudTrail schema 1.11), for tests, the local cloud and the bench.
 * Every builder takes the values that matter to its caller and fills in the rest.
 */
import { ITEM, networkInterface } from './item-shape.ts'
import {
  ACCOUNT,
  aRecord,
  type Json,
  REGION,
  REQUEST_ID,
  type RecordOptions,
  set,
  type Tags,
  TIME,
  tagItems,
} from './record-shape.ts'
import { REFUSALS } from './refusals.ts'

export type InstanceItem = {
  readonly instanceId?: string
  readonly imageId?: string
  readonly instanceType?: string
  readonly virtualizationType?: string
  readonly enaSupport?: boolean
  readonly tags?: Tags
  /** More keys of the item, or other values; undefined takes a key out. */
  readonly more?: Json
}

/** One member of a launch's response: by default an HVM t3.micro with ENA, from an image without a boot mode. */
export const anInstanceItem = (item: InstanceItem = {}): Json => {
  const instanceId = item.instanceId ?? 'i-0123456789abcdef0'
  return {
    ...ITEM,
    instanceId,
    imageId: item.imageId ?? 'ami-0abcdef1234567890',
    instanceType: item.instanceType ?? 't3.micro',
    virtualizationType: item.virtualizationType ?? 'hvm',
    enaSupport: item.enaSupport ?? true,
    tagSet: set(tagItems(item.tags ?? { Name: 'web' })),
    networkInterfaceSet: set([networkInterface(instanceId)]),
    ...item.more,
  }
}

export type LaunchRequest = {
  readonly imageId?: string
  readonly instanceType?: string
  readonly clientToken?: string
  readonly tags?: Tags
  /** More keys of the request, or other values. */
  readonly more?: Json
}

/** The request of a launch from the command line. */
export const aLaunchRequest = (request: LaunchRequest = {}): Json => ({
  instancesSet: set([{ imageId: request.imageId ?? 'ami-0abcdef1234567890', minCount: 1, maxCount: 1 }]),
  instanceType: request.instanceType ?? 't3.micro',
  blockDeviceMapping: {},
  monitoring: { enabled: false },
  subnetId: 'subnet-0123456789abcdef0',
  disableApiTermination: false,
  disableApiStop: false,
  clientToken: request.clientToken ?? '8945829d-0ef6-470d-bbfd-ea5bb2d82fdb',
  tagSpecificationSet: set([{ resourceType: 'instance', tags: tagItems(request.tags ?? { Name: 'web' }) }]),
  ...request.more,
})

/** Words for the request of a launch from a template: no image and no type. */
export const fromTemplate = (launchTemplateId: string, version: string): Json => ({
  instancesSet: set([{ minCount: 1, maxCount: 1 }]),
  instanceType: undefined,
  launchTemplate: { launchTemplateId, version },
})

export type LaunchRecord = RecordOptions & {
  readonly instances?: readonly Json[]
  readonly request?: Json
  readonly reservationId?: string
}

/** An instance without another time was launched when the call was made. */
const launchedAt = (item: Json, time: string): Json =>
  item['launchTime'] === ITEM['launchTime'] ? { ...item, launchTime: Date.parse(time) } : item

/** A RunInstances call that succeeded. */
export const aRunInstancesRecord = (launch: LaunchRecord = {}): Json =>
  aRecord('RunInstances', launch, {
    requestParameters: launch.request ?? aLaunchRequest(),
    responseElements: {
      requestId: REQUEST_ID,
      reservationId: launch.reservationId ?? 'r-0123456789abcdef0',
      ownerId: launch.accountId ?? ACCOUNT,
      groupSet: {},
      instancesSet: set((launch.instances ?? [anInstanceItem()]).map(item => launchedAt(item, launch.time ?? TIME))),
    },
  })

/** The same for so many instances that CloudTrail left the response out, and named them in `resources`. */
export const aLargeLaunch = (instanceIds: readonly string[], launch: LaunchRecord = {}): Json => ({
  ...aRunInstancesRecord(launch),
  responseElements: null,
  resources: instanceIds.map(id => ({
    accountId: ACCOUNT,
    type: 'AWS::EC2::Instance',
    ARN: `arn:aws:ec2:${launch.region ?? REGION}:${launch.accountId ?? ACCOUNT}:instance/${id}`,
  })),
})

export type RefusedLaunchRecord = RecordOptions & {
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly request?: Json
}

/** A RunInstances call that EC2 refused: by default a PV image on an HVM-only type. */
export const aRefusedLaunch = (refused: RefusedLaunchRecord = {}): Json =>
  aRecord('RunInstances', refused, {
    errorCode: refused.errorCode ?? REFUSALS.virtualization.errorCode,
    errorMessage: refused.errorMessage ?? REFUSALS.virtualization.errorMessage,
    requestParameters: refused.request ?? aLaunchRequest(),
    responseElements: null,
  })

export type RegisterImageRecord = RecordOptions & {
  readonly imageId?: string
  readonly virtualizationType?: string
  readonly enaSupport?: boolean
  /** More keys of the request, or other values. */
  readonly request?: Json
}

/** An image made from a snapshot. Without `virtualizationType` the request does not say it, so the image is paravirtual. */
export const aRegisterImageRecord = (image: RegisterImageRecord = {}): Json =>
  aRecord('RegisterImage', image, {
    requestParameters: {
      name: 'golden-2026-11-24',
      architecture: 'x86_64',
      rootDeviceName: '/dev/xvda',
      blockDeviceMapping: set([
        { deviceName: '/dev/xvda', ebs: { snapshotId: 'snap-0123456789abcdef0', deleteOnTermination: true } },
      ]),
      ...(image.virtualizationType === undefined ? {} : { virtualizationType: image.virtualizationType }),
      ...(image.enaSupport === undefined ? {} : { enaSupport: image.enaSupport }),
      ...image.request,
    },
    responseElements: { requestId: REQUEST_ID, imageId: image.imageId ?? 'ami-0fedcba9876543210' },
  })

/** An image copied from another region. */
export const aCopyImageRecord = (image: RecordOptions & { readonly imageId?: string } = {}): Json =>
  aRecord('CopyImage', image, {
    requestParameters: { name: 'golden-copy', sourceImageId: 'ami-0abcdef1234567890', sourceRegion: 'eu-west-1' },
    responseElements: { requestId: REQUEST_ID, imageId: image.imageId ?? 'ami-0fedcba9876543210' },
  })

/** An import of a disk, which has no image yet. */
export const anImportImageRecord = (image: RecordOptions & { readonly request?: Json } = {}): Json =>
  aRecord('ImportImage', image, {
    requestParameters: { description: 'from the old data centre', licenseType: 'BYOL', ...image.request },
    responseElements: { requestId: REQUEST_ID, importTaskId: 'import-ami-0123456789abcdef0', status: 'active' },
  })

export type StartRecord = RecordOptions & {
  readonly instanceIds?: readonly string[]
  /** The state in which they were: by default stopped. */
  readonly previousState?: string
}

/** A StartInstances call that succeeded. */
export const aStartInstancesRecord = (start: StartRecord = {}): Json => {
  const ids = start.instanceIds ?? ['i-0123456789abcdef0']
  const states = {
    currentState: { code: 0, name: 'pending' },
    previousState: { name: start.previousState ?? 'stopped' },
  }
  return aRecord('StartInstances', start, {
    requestParameters: { instancesSet: set(ids.map(instanceId => ({ instanceId }))) },
    responseElements: { requestId: REQUEST_ID, instancesSet: set(ids.map(instanceId => ({ instanceId, ...states }))) },
  })
}

/** The envelope in which EventBridge delivers a record. */
export const anEnvelope = (record: Json, more: Json = {}): Json => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.ec2',
  account: record['recipientAccountId'],
  time: record['eventTime'],
  region: record['awsRegion'],
  resources: [],
  detail: record,
  ...more,
})

/** EC2's own notification of an instance's state: by default `running`. */
export const aRunningNotification = (
  running: RecordOptions & { readonly instanceId?: string; readonly state?: string } = {},
): Json => {
  const instanceId = running.instanceId ?? 'i-0123456789abcdef0'
  const account = running.accountId ?? ACCOUNT
  const region = running.region ?? REGION
  return {
    version: '0',
    id: running.eventID ?? '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account,
    time: running.time ?? TIME,
    region,
    resources: [`arn:aws:ec2:${region}:${account}:instance/${instanceId}`],
    detail: { 'instance-id': instanceId, state: running.state ?? 'running' },
    ...running.more,
  }
}
