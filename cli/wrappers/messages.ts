import { type Content, getObject, isText, toContent, type Wrapper } from './wrapper.ts'

/** A message of SQS: as `aws sqs receive-message` prints it, and as Lambda functions and Pipes get it. */
export const sqsMessages: Wrapper = {
  name: 'SQS messages',
  detect: value =>
    ('Body' in value && ('MessageId' in value || 'ReceiptHandle' in value || Object.keys(value).length === 1)) ||
    ('body' in value && ('messageId' in value || 'receiptHandle' in value || value['eventSource'] === 'aws:sqs')),
  *unwrap(value): Iterable<Content> {
    yield toContent(value['Body'] ?? value['body'])
  },
}

/** A notification of SNS: the envelope in a queue's message, and what Lambda functions get. */
export const snsNotifications: Wrapper = {
  name: 'SNS notifications',
  detect: value =>
    (value['Type'] === 'Notification' && 'Message' in value) || isText(getObject(value, 'Sns')?.['Message']),
  *unwrap(value): Iterable<Content> {
    yield toContent((getObject(value, 'Sns') ?? value)['Message'])
  },
}

/** SNS asks whether it may deliver, and says when it does no more. */
export const snsConfirmations: Wrapper = {
  detect: ({ Type }) => Type === 'SubscriptionConfirmation' || Type === 'UnsubscribeConfirmation',
  *unwrap(): Iterable<Content> {
    yield { other: ['confirmation of SNS', 'confirmations of SNS'] }
  },
}

/** What Lambda sends to a destination when an asynchronous call has failed or succeeded. */
export const lambdaDestinations: Wrapper = {
  name: 'records of Lambda destinations',
  detect: value => 'requestPayload' in value && 'requestContext' in value,
  *unwrap({ requestPayload }): Iterable<Content> {
    yield toContent(requestPayload)
  },
}
