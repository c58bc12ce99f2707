import { type Content, getList, getObject, isJson, isText, type Json, toContent, type Wrapper } from './wrapper.ts'

/** One event of a log: of filter-log-events, get-log-events, a subscription, `aws logs tail` and the console's CSV. */
export const logEvents: Wrapper = {
  name: 'CloudWatch Logs events',
  detect: value =>
    'message' in value && !('@timestamp' in value) && ('timestamp' in value || Object.keys(value).length === 1),
  *unwrap({ message }): Iterable<Content> {
    yield toContent(message, true)
  },
}

/** What CloudWatch Logs gives to a function, gzipped and in base64 (CloudWatch Logs user guide, subscription filters). */
export const logSubscription: Wrapper = {
  name: 'CloudWatch Logs subscriptions',
  detect: value => isText(getObject(value, 'awslogs')?.['data']),
  *unwrap(value): Iterable<Content> {
    const data = getObject(value, 'awslogs')?.['data']
    if (isText(data)) yield { base64: data }
  },
}

/** CloudWatch Logs tries a new subscription with a message that holds no event. */
export const logControl: Wrapper = {
  detect: ({ messageType }) => messageType === 'CONTROL_MESSAGE',
  *unwrap(): Iterable<Content> {
    yield { other: ['control message of CloudWatch Logs', 'control messages of CloudWatch Logs'] }
  },
}

const isField = (cell: unknown): cell is Json => isJson(cell) && isText(cell['field']) && 'value' in cell

const isInsightsRow = (value: Json): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isField) && value.some(({ field }) => field !== 'value')

const WITHOUT_MESSAGE =
  'a result of CloudWatch Logs Insights without the record; ask for it in the query: fields @timestamp, @message'

const toMessage = (message: unknown): Content =>
  message === undefined ? { problem: WITHOUT_MESSAGE } : toContent(message, true)

/** A row of CloudWatch Logs Insights, as get-query-results gives it (fields and values) or as the console exports it. */
export const logInsights: Wrapper = {
  name: 'CloudWatch Logs Insights results',
  detect: value => isInsightsRow(value) || '@message' in value || ('@ptr' in value && !('eventName' in value)),
  *unwrap(value): Iterable<Content> {
    if (!Array.isArray(value)) yield toMessage(value['@message'])
    else yield toMessage(value.find(({ field }) => field === '@message')?.value)
  },
}

/** The list of a subscription's message. The keys around it name its source. */
export const logData: Wrapper = {
  detect: value => value['messageType'] === 'DATA_MESSAGE' && getList(value, 'logEvents') !== undefined,
  *unwrap(value): Iterable<Content> {
    for (const event of getList(value, 'logEvents') ?? []) yield { value: event }
  },
}
