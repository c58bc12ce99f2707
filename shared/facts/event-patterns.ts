import { AUTO_SCALING_EVENTS, LAUNCH_UNSUCCESSFUL } from './door-launch-unsuccessful.ts'
import { AUTO_SCALING, CREATE_FLEET, EC2, EKS, listDoors } from './doors.ts'
import type { EventKind } from './event.ts'
import { IMAGE_CALLS } from './image.ts'
import { API_CALL, START } from './read-event.ts'
import { STATE_CHANGE } from './running.ts'
import { listTemplateCalls } from './template.ts'
import { NODE_GROUP_WORDINGS, OF_FLEET, OF_TEMPLATE, RESIZE_WORDINGS, WORDINGS, type Wording } from './wordings.ts'

type Matcher = string | { readonly exists: boolean } | { readonly prefix: string } | { readonly wildcard: string }

type Detail = { readonly [key: string]: readonly Matcher[] | Detail }

/** An EventBridge event pattern. At most 2,048 characters as JSON (EventBridge quota). */
export type EventPattern = {
  readonly source: readonly string[]
  readonly 'detail-type': readonly string[]
  readonly detail: Detail
}

/** The events of one kind that one service sends. `of` names the service; `id` is unique among subscriptions. */
export type Subscription = {
  readonly id: string
  readonly kind: EventKind
  readonly of: string
  readonly pattern: EventPattern
}

const createCalls = (source: string, detail: Detail): EventPattern => ({
  source: [source],
  'detail-type': [API_CALL],
  detail,
})

const createEc2Calls = (detail: Detail): EventPattern => createCalls('aws.ec2', { eventSource: [EC2], ...detail })

const SUCCEEDED = [{ exists: false }] as const

const listUnique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

const listCodes = (wordings: readonly Wording[]): readonly string[] => listUnique(wordings.map(({ code }) => code))

/** As CloudTrail records them, and as the API gives them. */
const listRecordedCodes = (wordings: readonly Wording[]): readonly string[] =>
  listCodes(wordings).flatMap(code => [`Client.${code}`, code])

const matchWords = (wordings: readonly Wording[]): readonly Matcher[] =>
  wordings.map(({ starts, rest }) => (rest === undefined ? { prefix: starts } : { wildcard: `${starts}*${rest}*` }))

const CALL_WORDINGS = [...WORDINGS, ...RESIZE_WORDINGS]

/** All are refusals, and one kind of event. The service that reports them differs. */
const REFUSALS: readonly Omit<Subscription, 'kind'>[] = [
  {
    id: 'refused-launch',
    of: 'EC2',
    pattern: createEc2Calls({
      eventName: listDoors(EC2),
      errorCode: listRecordedCodes(CALL_WORDINGS),
      errorMessage: matchWords(CALL_WORDINGS),
    }),
  },
  {
    id: 'refused-fleet',
    of: 'EC2 Fleet',
    pattern: createEc2Calls({
      eventName: [CREATE_FLEET],
      errorCode: SUCCEEDED,
      responseElements: {
        CreateFleetResponse: {
          errorSet: { item: { errorCode: listCodes(WORDINGS), errorMessage: matchWords(WORDINGS) } },
        },
      },
    }),
  },
  {
    id: 'refused-group',
    of: 'EC2 Auto Scaling',
    pattern: createCalls('aws.autoscaling', {
      eventSource: [AUTO_SCALING],
      eventName: listDoors(AUTO_SCALING),
      errorCode: [{ exists: true }],
      errorMessage: [{ prefix: OF_TEMPLATE }, ...matchWords(WORDINGS)],
    }),
  },
  {
    id: 'failed-group-launch',
    of: 'EC2 Auto Scaling groups',
    pattern: {
      source: [AUTO_SCALING_EVENTS],
      'detail-type': [LAUNCH_UNSUCCESSFUL],
      detail: {
        StatusMessage: [
          ...matchWords(WORDINGS),
          ...OF_FLEET.flatMap(start => listCodes(WORDINGS).map(code => ({ prefix: `${start}${code} - ` }))),
        ],
      },
    },
  },
  {
    id: 'refused-node-group',
    of: 'EKS',
    pattern: createCalls('aws.eks', {
      eventSource: [EKS],
      eventName: listDoors(EKS),
      errorCode: [{ exists: true }],
      errorMessage: [{ prefix: OF_TEMPLATE }, ...matchWords([...NODE_GROUP_WORDINGS, ...WORDINGS])],
    }),
  },
]

/**
 * All subscriptions. `readEvent` reads every event that a pattern lets through as its kind or, rarely, ignores it.
 */
export const SUBSCRIPTIONS: readonly Subscription[] = [
  {
    id: 'launch',
    kind: 'launch',
    of: 'EC2',
    pattern: createEc2Calls({ eventName: ['RunInstances'], errorCode: SUCCEEDED }),
  },
  ...REFUSALS.map(refusal => ({ ...refusal, kind: 'refused-launch' as const })),
  {
    id: 'image',
    kind: 'image',
    of: 'EC2',
    pattern: createEc2Calls({ eventName: IMAGE_CALLS, errorCode: SUCCEEDED }),
  },
  {
    id: 'template',
    kind: 'template',
    of: 'EC2',
    pattern: createEc2Calls({ eventName: listTemplateCalls(EC2), errorCode: SUCCEEDED }),
  },
  {
    id: 'launch-configuration',
    kind: 'template',
    of: 'EC2 Auto Scaling',
    pattern: createCalls('aws.autoscaling', {
      eventSource: [AUTO_SCALING],
      eventName: listTemplateCalls(AUTO_SCALING),
      errorCode: SUCCEEDED,
    }),
  },
  {
    id: 'running',
    kind: 'running',
    of: 'EC2',
    pattern: { source: ['aws.ec2'], 'detail-type': [STATE_CHANGE], detail: { state: ['running'] } },
  },
  { id: 'start', kind: 'start', of: 'EC2', pattern: createEc2Calls({ eventName: [START], errorCode: SUCCEEDED }) },
]

/** The subscriptions for some kinds of event. */
export const listSubscriptions = (kinds: readonly EventKind[]): readonly Subscription[] =>
  SUBSCRIPTIONS.filter(({ kind }) => kinds.includes(kind))

/** EC2's word that an instance has stopped, which proves that a stop had its effect. It is evaluated by no rule. */
export const STOPPED: EventPattern = {
  source: ['aws.ec2'],
  'detail-type': [STATE_CHANGE],
  detail: { state: ['stopped'] },
}
