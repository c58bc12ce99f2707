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

/** S3 tries a new notification with a message that names no object. */
export const s3Tests: Wrapper = {
  detect: ({ Event }) => Event === 's3:TestEvent',
  *unwrap(): Iterable<Content> {
    yield { other: ['test message of S3', 'test messages of S3'] }
  },
}
