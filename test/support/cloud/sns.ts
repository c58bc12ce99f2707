/** A topic of SNS: it keeps the alerts, and delivers each. */
import type { SNSClient } from '@aws-sdk/client-sns'
import type { Alert } from '../../../shared/alert/alert.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import { type Calls, createClient, type Gate } from './calls.ts'

/** The JSON of an alert, as subscribers of a queue receive it. */
export const readBody = ({ Message }: Pick<SnsMessage, 'Message'>): string => JSON.parse(Message).default

export const createTopic = ({ refuse, deliver }: { refuse: Calls['refuse']; deliver: (body: string) => void }) => {
  const alerts: Alert[] = []
  const client = (gate: Gate): SNSClient =>
    createClient(
      { gate, refuse },
      {
        PublishCommand: input => {
          const body = readBody({ Message: String(input['Message']) })
          alerts.push(JSON.parse(body))
          deliver(body)
          return { MessageId: `sns-${alerts.length}` }
        },
      },
    )
  return { client, alerts }
}
