import { type Content, isText, type Wrapper } from './wrapper.ts'

/** What `aws cloudtrail lookup-events` prints: the record as text, beside some of its fields (CloudTrail API reference, Event). */
export const lookupEvents: Wrapper = {
  name: 'lookup-events output',
  detect: ({ CloudTrailEvent }) => isText(CloudTrailEvent),
  *unwrap({ CloudTrailEvent }): Iterable<Content> {
    yield isText(CloudTrailEvent) ? { text: CloudTrailEvent } : { value: CloudTrailEvent }
  },
}
