// What names a file of records and does not hold it.
import { type Content, getList, getObject, isText, type Wrapper } from './wrapper.ts'

// A command that somebody may copy: what others wrote stands in it only where no shell can take it for more than a name.
const NAME = /^[\w./=+@:-]+$/

const toProblem = (bucket: unknown, key: unknown): Content => {
  const path = isText(bucket) && isText(key) ? `${bucket}/${key}` : ''
  const file = NAME.test(path) ? path : 'BUCKET/KEY'
  return {
    problem: `the name of a file, not its records; read the file: aws s3 cp s3://${file} - | virtguard replay -`,
  }
}

/** CloudTrail's message to SNS about the files that it has written. */
export const trailNotifications: Wrapper = {
  detect: value => isText(value['s3Bucket']) && getList(value, 's3ObjectKey') !== undefined,
  *unwrap(value): Iterable<Content> {
    for (const key of getList(value, 's3ObjectKey') ?? []) yield toProblem(value['s3Bucket'], key)
  },
}

/** S3's message about an object. Its keys are encoded as in a query: a space is a plus sign. */
export const s3Notifications: Wrapper = {
  detect: value => value['eventSource'] === 'aws:s3' && getObject(value, 's3') !== undefined,
  *unwrap(value): Iterable<Content> {
    const s3 = getObject(value, 's3') ?? {}
    const key = getObject(s3, 'object')?.['key']
    yield toProblem(getObject(s3, 'bucket')?.['name'], isText(key) ? decodeKey(key) : key)
  },
}

const decodeKey = (key: string): string => {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}
