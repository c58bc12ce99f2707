import { type Content, getObject, isText, type Wrapper } from './wrapper.ts'

/** A record of a Kinesis stream, as Lambda functions get it, and as Pipes and get-records give it. */
export const kinesisRecords: Wrapper = {
  name: 'Kinesis records',
  detect: value => isText(getObject(value, 'kinesis')?.['data']) || getPlainData(value) !== undefined,
  *unwrap(value): Iterable<Content> {
    const data = getObject(value, 'kinesis')?.['data'] ?? getPlainData(value)
    if (isText(data)) yield { base64: data }
  },
}

const getPlainData = (value: Readonly<Record<string, unknown>>): string | undefined => {
  if ('partitionKey' in value && isText(value['data'])) return value['data']
  return 'PartitionKey' in value && isText(value['Data']) ? value['Data'] : undefined
}

/** A record that Firehose gives to a function to transform. */
export const firehoseRecords: Wrapper = {
  name: 'Firehose records',
  detect: value => 'recordId' in value && isText(value['data']),
  *unwrap({ data }): Iterable<Content> {
    if (isText(data)) yield { base64: data }
  },
}
