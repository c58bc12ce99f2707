// What lies among records and holds none: whole, and not ours.
import { type Content, getList, isText, type Wrapper } from './wrapper.ts'

/** CloudTrail's signed list of its files (CloudTrail user guide, digest file structure). */
export const digests: Wrapper = {
  detect: value => 'digestStartTime' in value && 'logFiles' in value,
  *unwrap(): Iterable<Content> {
    yield { other: ['CloudTrail digest', 'CloudTrail digests'] }
  },
}

/** What virtguard itself publishes: in the dead-letter queues of its topic and its channels. */
export const alerts: Wrapper = {
  detect: value => isText(value['claim']) && isText(value['launchId']) && getList(value, 'findings') !== undefined,
  *unwrap(): Iterable<Content> {
    yield { other: ['alert of virtguard', 'alerts of virtguard'] }
  },
}

const KINDS: ReadonlySet<unknown> = new Set([
  'stop',
  'check',
  'digest',
  'stopped',
  'start',
  'region',
  'settle',
  'promise',
])

/** What the functions of virtguard send to each other: in the dead-letter queues of stops and sweeps. */
export const ownMessages: Wrapper = {
  detect: value =>
    KINDS.has(value['kind']) &&
    ((isText(value['accountId']) && isText(value['region'])) || Object.keys(value).every(key => START_KEYS.has(key))),
  *unwrap(): Iterable<Content> {
    yield { other: ['message of virtguard to itself', 'messages of virtguard to itself'] }
  },
}

const START_KEYS = new Set(['kind', 'regions', 'launchedUntil'])

/** S3 tries a new notification with a message that names no object. */
export const s3Tests: Wrapper = {
  detect: ({ Event }) => Event === 's3:TestEvent',
  *unwrap(): Iterable<Content> {
    yield { other: ['test message of S3', 'test messages of S3'] }
  },
}
