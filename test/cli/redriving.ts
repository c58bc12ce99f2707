/** The queues of a deployed stack, for tests of redrive. */
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { beforeEach } from '@jest/globals'
import { deployed, expectNoCalls, queues } from './aws.ts'
import { virtguard } from './run-cli.ts'

export const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/Virtguard-${name}-1`
export const arn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:Virtguard-${name}-1`

export const NAMES = [
  'Launches',
  'Alerted',
  'UndeliveredEvents',
  'FailedLaunches',
  'UndeliveredAlerts',
  'FailedConfirmations',
]
export const OUTPUTS = Object.fromEntries(NAMES.map(name => [`${name}QueueUrl`, url(name)]))

/** Where EventBridge parks, and where that belongs: SQS does not move it by itself. */
export const FROM = url('UndeliveredEvents')
export const TO = url('Launches')

/** Every queue of the stack, with so many messages in it. */
export const queuesHold = (about: Readonly<Record<string, number>> = {}): void => {
  for (const name of NAMES)
    queues.on(GetQueueAttributesCommand, { QueueUrl: url(name) }).resolves({
      Attributes: {
        QueueArn: arn(name),
        ApproximateNumberOfMessages: String(about[name] ?? 0),
        ApproximateNumberOfMessagesNotVisible: '1',
      },
    })
}

/** Before each test all queues are there and empty, and no other call is expected. */
export const withQueues = (): void => {
  beforeEach(() => {
    expectNoCalls()
    deployed(OUTPUTS)
    queuesHold()
  })
}

export const redrive = (...args: string[]) => virtguard(['redrive', ...args])
