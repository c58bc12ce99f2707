import { type Content, isText, type Wrapper } from './wrapper.ts'

/** An event of Panther: the record with fields of Panther's own beside it, `p_…` (Panther docs, standard fields). */
export const pantherEvents: Wrapper = {
  name: 'Panther events',
  detect: ({ p_log_type }) => isText(p_log_type),
  *unwrap({ p_log_type, ...record }): Iterable<Content> {
    yield p_log_type === 'AWS.CloudTrail' || 'eventName' in record || 'detail-type' in record
      ? { value: record }
      : { other: ['event of Panther of another log', 'events of Panther of other logs'] }
  },
}
