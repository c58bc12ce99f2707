/** Refusals through every door but RunInstances, with the shapes of real records. */
import { anEnvelope } from './builders.ts'
import { ACCOUNT, aRecord, type Json, REGION, type RecordOptions, set, TIME } from './record-shape.ts'
import { REFUSALS } from './refusals.ts'

const TEMPLATE = 'You must use a valid fully-formed launch template. '

type Refused = RecordOptions & { readonly errorCode?: string; readonly errorMessage?: string; readonly request?: Json }

const aRefusedCall = (name: string, { errorCode, errorMessage, request, ...record }: Refused): Json =>
  aRecord(name, record, { errorCode, errorMessage, requestParameters: request ?? null, responseElements: null })

/** A StartInstances call that EC2 refused: the type was changed to one that requires ENA. */
export const aRefusedStart = (refused: Refused & { readonly instanceIds?: readonly string[] } = {}): Json => {
  const { instanceIds = ['i-0123456789abcdef0'], ...rest } = refused
  const request = { instancesSet: set(instanceIds.map(instanceId => ({ instanceId }))) }
  const errorMessage = REFUSALS.ena.errorMessage.replace('you are using an AMI that', 'your instance')
  return aRefusedCall('StartInstances', { errorCode: REFUSALS.ena.errorCode, errorMessage, request, ...rest })
}

/** A ModifyInstanceAttribute call that EC2 refused: a PV instance to a type that takes HVM only. */
export const aRefusedResize = (refused: Refused = {}): Json =>
  aRefusedCall('ModifyInstanceAttribute', {
    ...REFUSALS.virtualization,
    request: { instanceId: 'i-0123456789abcdef0', instanceType: { value: 't3.micro' } },
    ...refused,
  })

/** A RequestSpotInstances call that EC2 refused. */
export const aRefusedSpotRequest = (refused: Refused = {}): Json =>
  aRefusedCall('RequestSpotInstances', {
    ...REFUSALS.ena,
    request: { instanceCount: 1, launchSpecification: { imageId: 'ami-0abcdef1234567890', instanceType: 'm5.xlarge' } },
    ...refused,
  })

/** One error of a fleet: EC2 leaves the `Client.` away. */
export const aFleetError = (error: Json = {}, pair: Json = {}): Json => ({
  lifecycle: 'on-demand',
  launchTemplateAndOverrides: {
    overrides: { instanceType: 'm5.xlarge', imageId: 'ami-0abcdef1234567890', subnetId: 'subnet-1', ...pair },
    launchTemplateSpecification: { launchTemplateId: 'lt-0abc', version: 4 },
  },
  errorCode: 'InvalidParameterCombination',
  errorMessage: REFUSALS.ena.errorMessage,
  ...error,
})

/** An instant fleet that succeeded, with what EC2 refused of it inside. A list of one is recorded as the one alone. */
export const aRefusedFleet = (errors: unknown = aFleetError(), record: RecordOptions = {}): Json =>
  aRecord('CreateFleet', record, {
    requestParameters: { CreateFleetRequest: { Type: 'instant' } },
    responseElements: {
      CreateFleetResponse: { fleetId: 'fleet-0abc', fleetInstanceSet: '', errorSet: { item: errors } },
    },
  })

/** The call that makes a group, which Auto Scaling refused after it had asked EC2. */
export const aRefusedGroup = (refused: Refused & { readonly name?: string } = {}): Json => {
  const { name = 'CreateAutoScalingGroup', ...rest } = refused
  const record = aRefusedCall(name, {
    errorCode: 'ValidationException',
    errorMessage: `${TEMPLATE}${REFUSALS.architecture.errorMessage}`,
    request: {
      autoScalingGroupName: 'web',
      launchTemplate: { launchTemplateId: 'lt-0abc', version: '4' },
      minSize: 0,
      maxSize: 2,
    },
    ...rest,
  })
  return anEnvelope({ ...record, eventSource: 'autoscaling.amazonaws.com' }, { source: 'aws.autoscaling' })
}

/** Auto Scaling's own notification of a launch that failed. */
export const aFailedGroupLaunch = (detail: Json = {}, envelope: Json = {}): Json => ({
  version: '0',
  id: '4c6c1fd4-1a0b-4d8f-9c1e-7a6c0e1d2f33',
  'detail-type': 'EC2 Instance Launch Unsuccessful',
  source: 'aws.autoscaling',
  account: ACCOUNT,
  time: TIME,
  region: REGION,
  resources: [`arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web`],
  detail: {
    StatusCode: 'Failed',
    AutoScalingGroupName: 'web',
    ActivityId: '5d2d6b1e-3f7e-4b0a-8a0e-3b1f5a6c7d88',
    StatusMessage: `${REFUSALS.ena.errorMessage} Launching EC2 instance failed.`,
    EC2InstanceId: '',
    Details: { 'Subnet ID': 'subnet-1', 'Availability Zone': `${REGION}a` },
    ...detail,
  },
  ...envelope,
})

/** The call that makes a node group, which EKS refused. */
export const aRefusedNodeGroup = (refused: Refused = {}): Json => {
  const record = aRefusedCall('CreateNodegroup', {
    errorCode: 'InvalidParameterException',
    errorMessage: '[t4g.medium] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD',
    request: { clusterName: 'prod', nodegroupName: 'workers', instanceTypes: ['t4g.medium'] },
    ...refused,
  })
  return anEnvelope({ ...record, eventSource: 'eks.amazonaws.com' }, { source: 'aws.eks' })
}
