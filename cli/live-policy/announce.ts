import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { UserError } from '../../shared/errors.ts'
import { type Account, clientSettings } from '../aws/account.ts'
import { asking } from '../aws/asking.ts'
import type { Place } from '../aws/ledger-place.ts'
import type { Io } from '../io.ts'
import { sayLine } from '../report.ts'
import { announcementOf, type Change } from './announcement.ts'

type Topic = { readonly client: SNSClient; readonly arn: string }

/** The topic of operations, where the stack is known and names it. */
export const operationsOf = ({ stack }: Place): string | undefined => stack?.outputs['OperationsTopicArn']

const NOBODY =
  'nobody is subscribed to the operations topic, so nobody gets this message or any alarm; deploy with -c email=ADDRESS, or subscribe to'

/** Says where nobody is there to be told. */
const sayNobody = async (io: Io, { client, arn }: Topic): Promise<void> => {
  try {
    const call = client.send(new GetTopicAttributesCommand({ TopicArn: arn }))
    const { Attributes = {} } = await asking('sns:GetTopicAttributes', call)
    if (Attributes['SubscriptionsConfirmed'] === '0') sayLine(io.err, `${NOBODY} ${arn}`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    sayLine(io.err, `cannot read who is subscribed to the operations topic: ${error.message}`)
  }
}

const isPublished = async (io: Io, topic: Topic, change: Change): Promise<boolean> => {
  const command = new PublishCommand({ TopicArn: topic.arn, ...announcementOf(change) })
  try {
    await asking('sns:Publish', topic.client.send(command))
    return true
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    sayLine(io.err, `the change counts, but operations got no message: ${error.message}; inform them yourself`)
    return false
  }
}

export type Announcing = {
  readonly account: Account
  readonly place: Place
  readonly change: Change
  /** Keeps that it was announced. */
  readonly mark: (announcedAt: Date) => Promise<void>
}

/**
 * Tells operations of a change that was made, in one message, and keeps that they were told. Where that fails it is said on
 * standard error: the change counts all the same, and an alarm tells them some minutes later.
 */
export const announce = async (io: Io, { account, place, change, mark }: Announcing): Promise<void> => {
  const arn = operationsOf(place)
  if (arn === undefined) {
    const why = place.stack === undefined ? 'a table names no stack; give --stack instead' : 'deploy the stack again'
    sayLine(io.err, `operations got no message, because their topic is not known here: ${why}`)
    return
  }
  const topic = { client: new SNSClient(clientSettings(account)), arn }
  if (!(await isPublished(io, topic, change))) return
  try {
    await asking('dynamodb:PutItem', mark(io.now()))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    sayLine(
      io.err,
      `operations got the message, but the ledger could not record that: ${error.message}; an alarm will go off`,
    )
  }
  await sayNobody(io, topic)
}
