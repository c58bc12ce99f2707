import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ec2Event, EVENT_KINDS, type EventKind } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import {
  aCopyImageRecord,
  aLargeLaunch,
  anEnvelope,
  anImportImageRecord,
  anInstanceItem,
  aRefusedLaunch,
  aRegisterImageRecord,
  aRunInstancesRecord,
  aRunningNotification,
  aStartInstancesRecord,
} from '../support/builders.ts'
import { REFUSALS } from '../support/refusals.ts'
import {
  aFailedGroupLaunch,
  aFleetError,
  aRefusedFleet,
  aRefusedGroup,
  aRefusedNodeGroup,
  aRefusedResize,
  aRefusedSpotRequest,
  aRefusedStart,
} from '../support/refused.ts'
import {
  aGroupGiven,
  aLaunchConfiguration,
  aMixture,
  aTemplateCreation,
  aTemplateVersion,
} from '../support/templates.ts'

type Json = Record<string, unknown>

/** An envelope as EventBridge delivers it, and the kinds of event whose pattern lets it through. */
export type PatternCase = { readonly name: string; readonly envelope: Json; readonly kinds: readonly EventKind[] }

const refused = (errorCode: string, errorMessage: string) => anEnvelope(aRefusedLaunch({ errorCode, errorMessage }))
const REFUSED_RESIZE = {
  errorCode: 'Client.InvalidInstanceAttributeValue',
  errorMessage: 'Modifying the instance type from t3.micro to m6g.large is not allowed.',
}
const otherCall = (eventName: string) => anEnvelope({ ...aRunInstancesRecord(), eventName })

const OURS: readonly PatternCase[] = [
  { name: 'a launch', envelope: anEnvelope(aRunInstancesRecord()), kinds: ['launch'] },
  {
    name: 'a paravirtual launch of two',
    envelope: anEnvelope(
      aRunInstancesRecord({
        instances: ['i-0aaaaaaaaaaaaaaaa', 'i-0bbbbbbbbbbbbbbbb'].map(instanceId =>
          anInstanceItem({ instanceId, virtualizationType: 'paravirtual', instanceType: 'm1.small' }),
        ),
      }),
    ),
    kinds: ['launch'],
  },
  {
    name: 'a launch without a response',
    envelope: anEnvelope(aLargeLaunch(['i-0123456789abcdef0'])),
    kinds: ['launch'],
  },
  ...Object.entries(REFUSALS).map(([misfit, { errorCode, errorMessage }]) => ({
    name: `a launch refused for ${misfit}`,
    envelope: refused(errorCode, errorMessage),
    kinds: ['refused-launch'] as const,
  })),
  {
    name: 'a dry run',
    envelope: refused('Client.DryRunOperation', 'Request would have succeeded, but DryRun flag is set.'),
    kinds: [],
  },
  {
    name: 'a launch refused for a limit',
    envelope: refused(
      'Client.VcpuLimitExceeded',
      'You have requested more vCPU capacity than your current limit allows',
    ),
    kinds: [],
  },
  {
    name: 'a launch refused for another parameter',
    envelope: refused('Client.InvalidParameterValue', 'Invalid value for instanceCount'),
    kinds: [],
  },
  { name: 'an image registered', envelope: anEnvelope(aRegisterImageRecord()), kinds: ['image'] },
  { name: 'an image copied', envelope: anEnvelope(aCopyImageRecord()), kinds: ['image'] },
  { name: 'an image imported', envelope: anEnvelope(anImportImageRecord()), kinds: ['image'] },
  {
    name: 'an image refused',
    envelope: anEnvelope({ ...aRegisterImageRecord(), errorCode: 'Client.InvalidAMIName.Duplicate' }),
    kinds: [],
  },
  { name: 'a launch template made', envelope: anEnvelope(aTemplateCreation()), kinds: ['template'] },
  { name: 'another version of a template', envelope: anEnvelope(aTemplateVersion()), kinds: ['template'] },
  { name: 'a launch configuration made', envelope: aLaunchConfiguration(), kinds: ['template'] },
  ...['CreateAutoScalingGroup', 'UpdateAutoScalingGroup'].map(name => ({
    name: `${name} with templates`,
    envelope: aGroupGiven(aMixture(), name),
    kinds: ['template'] as const,
  })),
  {
    name: 'a launch template refused',
    envelope: anEnvelope({ ...aTemplateCreation(), errorCode: 'Client.InvalidLaunchTemplateName' }),
    kinds: [],
  },
  { name: 'an instance that runs', envelope: aRunningNotification(), kinds: ['running'] },
  ...['pending', 'stopping', 'stopped', 'shutting-down', 'terminated'].map(state => ({
    name: `an instance that is ${state}`,
    envelope: aRunningNotification({ state }),
    kinds: [],
  })),
  { name: 'an instance started', envelope: anEnvelope(aStartInstancesRecord()), kinds: ['start'] },
  { name: 'a start refused for its type', envelope: anEnvelope(aRefusedStart()), kinds: ['refused-launch'] },
  { name: 'a change of type refused', envelope: anEnvelope(aRefusedResize()), kinds: ['refused-launch'] },
  {
    name: 'a change of type that EC2 does not allow',
    envelope: anEnvelope(aRefusedResize(REFUSED_RESIZE)),
    kinds: ['refused-launch'],
  },
  { name: 'a Spot request refused', envelope: anEnvelope(aRefusedSpotRequest()), kinds: ['refused-launch'] },
  { name: 'a fleet refused one pair', envelope: anEnvelope(aRefusedFleet()), kinds: ['refused-launch'] },
  {
    name: 'a fleet refused several pairs',
    envelope: anEnvelope(aRefusedFleet([aFleetError({ errorCode: 'InsufficientInstanceCapacity' }), aFleetError()])),
    kinds: ['refused-launch'],
  },
  {
    name: 'a fleet without capacity',
    envelope: anEnvelope(aRefusedFleet(aFleetError({ errorCode: 'InsufficientInstanceCapacity', errorMessage: 'no' }))),
    kinds: [],
  },
  ...['CreateAutoScalingGroup', 'UpdateAutoScalingGroup'].map(name => ({
    name: `${name} refused`,
    envelope: aRefusedGroup({ name }),
    kinds: ['refused-launch'] as const,
  })),
  {
    name: 'a group refused through another source',
    envelope: { ...aRefusedGroup(), source: 'aws.ec2' },
    kinds: [],
  },
  ...Object.entries(REFUSALS).flatMap(([misfit, { errorCode, errorMessage }]) => {
    const code = errorCode.replace('Client.', '')
    return ['', `Could not launch On-Demand Instances. ${code} - `, `Could not launch Spot Instances. ${code} - `].map(
      start => ({
        name: `a group that cannot launch for ${misfit}: ${start}`,
        envelope: aFailedGroupLaunch({ StatusMessage: `${start}${errorMessage} Launching EC2 instance failed.` }),
        kinds: ['refused-launch'] as const,
      }),
    )
  }),
  {
    name: 'a group without capacity',
    envelope: aFailedGroupLaunch({
      StatusMessage: 'Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity',
    }),
    kinds: [],
  },
  { name: 'a node group refused', envelope: aRefusedNodeGroup(), kinds: ['refused-launch'] },
  {
    name: 'a node group that there is already',
    envelope: aRefusedNodeGroup({ errorCode: 'ResourceInUseException', errorMessage: 'NodeGroup already exists' }),
    kinds: [],
  },
  {
    name: 'a start refused',
    envelope: anEnvelope({ ...aStartInstancesRecord(), errorCode: 'Client.IncorrectInstanceState' }),
    kinds: [],
  },
  ...['StopInstances', 'TerminateInstances', 'ModifyInstanceAttribute', 'CreateImage'].map(call => ({
    name: `a call of ${call}`,
    envelope: otherCall(call),
    kinds: [],
  })),
  {
    name: 'a launch through another source',
    envelope: anEnvelope(aRunInstancesRecord(), { source: 'virtguard' }),
    kinds: [],
  },
]

const FOLDER = join(__dirname, '../../../shared/events')

const isKind = (kind: string): kind is EventKind => EVENT_KINDS.some(known => known === kind)

/** The reader ignores some starts that went well, which the pattern cannot tell: one without an id, one of what ran already. */
const kindOf = ({ kind, event }: Ec2Event, { errorCode }: Json): string =>
  kind === 'ignored' && event.name === 'StartInstances' && errorCode === undefined ? 'start' : kind

/** Whether the recorded events of others are there; they are read where they are. */
export const recordedThere = existsSync(FOLDER)

/** EventBridge names a service `aws.ec2`, and CloudTrail `ec2.amazonaws.com`. */
const sourceOf = ({ eventSource }: Json): string => `aws.${String(eventSource).split('.')[0]}`

/** Recorded events: what a pattern lets through is what the reader makes of it. */
export const recordedCases = (): readonly PatternCase[] =>
  readdirSync(FOLDER)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => {
      const json: Json = JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))
      const kind = kindOf(readEvent(json), json)
      return {
        name,
        envelope: 'detail-type' in json ? json : anEnvelope(json, { source: sourceOf(json) }),
        kinds: isKind(kind) ? [kind] : [],
      }
    })

/** Envelopes of our own with the shapes of real ones. */
export const ourCases = (): readonly PatternCase[] => OURS
