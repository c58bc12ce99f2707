import { parseJson } from '../input/parse-json.ts'
import { type Content, isText, type Json, type Wrapper } from './wrapper.ts'

const toEnvelope = (value: Json): Json => ({
  ...value,
  ...('DetailType' in value && { 'detail-type': value['DetailType'], source: value['Source'] }),
})

/** An event whose detail is text: an entry of PutEvents, and what an archive's target or a log store makes of an event. */
export const eventBridgeText: Wrapper = {
  name: 'EventBridge entries',
  detect: value =>
    (isText(value['Detail']) && isText(value['DetailType'])) ||
    (isText(value['detail']) && isText(value['detail-type'])),
  *unwrap(value): Iterable<Content> {
    const text = value['Detail'] ?? value['detail']
    const detail = isText(text) ? parseJson(text) : undefined
    yield detail === undefined
      ? { problem: 'an EventBridge event whose detail is no JSON; fetch it again or leave it out' }
      : { value: { ...toEnvelope(value), detail: detail.value } }
  },
}
