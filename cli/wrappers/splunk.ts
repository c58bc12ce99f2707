import { type Content, getObject, isText, type Json, toContent, type Wrapper } from './wrapper.ts'

const getResult = (value: Json): Json | undefined => {
  const result = getObject(value, 'result')
  return result !== undefined && ('preview' in value || '_raw' in result) ? result : undefined
}

/** Results that Splunk exports, as JSON or CSV: the record as text in `_raw` (Splunk REST API reference, search/jobs/export). */
export const splunkResults: Wrapper = {
  name: 'Splunk results',
  detect: value => isText(value['_raw']) || getResult(value) !== undefined,
  *unwrap(value): Iterable<Content> {
    const raw = (getResult(value) ?? value)['_raw']
    yield isText(raw)
      ? { text: raw, isLog: true }
      : { problem: 'a result of Splunk without the record; add it to the search: | table _time, _raw' }
  },
}

/** What is sent to Splunk's HTTP Event Collector. */
export const splunkEvents: Wrapper = {
  name: 'Splunk events',
  detect: value =>
    'event' in value && ('sourcetype' in value || ('host' in value && 'time' in value)) && !('@timestamp' in value),
  *unwrap({ event }): Iterable<Content> {
    yield toContent(event, true)
  },
}
