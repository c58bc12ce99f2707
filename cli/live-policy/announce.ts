import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { UserError } from '../../shared/errors.ts'
import { type Account, buildClientSettings } from '../aws/account.ts'
import { askAws } from '../aws/asking.ts'
import type { LocatedLedger } from '../aws/locate-ledger.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { buildAnnouncement, type Change } from './announcement.ts'

type Topic = { readonly client: SNSClient; readonly arn: string }

/** The topic of operations, if the stack is known and names it. */
export const findOperationsTopic = ({ stack }: LocatedLedger): string | undefined =>
  stack?.outputs['OperationsTopicArn']

const NOBODY =
  'nobody is subscribed to the operations topic, so nobody gets this message or any alarm; deploy with -c email=ADDRESS, or subscribe to'

/** Warns if nobody is subscribed to the topic. */
const sayNobody = async (io: Io, { client, arn }: Topic): Promise<void> => {
  try {
    const call = client.send(new GetTopicAttributesCommand({ TopicArn: arn }))
    const { Attributes = {} } = await askAws('sns:GetTopicAttributes', call)
    if (Attributes['SubscriptionsConfirmed'] === '0') printLine(io.err, `${NOBODY} ${arn}`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    printLine(io.err, `cannot read who is subscribed to the operations topic: ${error.message}`)
  }
}

const isPublished = async (io: Io, topic: Topic, change: Change): Promise<boolean> => {
  const command = new PublishCommand({ TopicArn: topic.arn, ...buildAnnouncement(change) })
  try {
    await askAws('sns:Publish', topic.client.send(command))
    return true
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    printLine(io.err, `the change is in force, but operations got no message: ${error.message}; inform them yourself`)
    return false
  }
}

export type Announcing = {
  readonly account: Account
  readonly place: LocatedLedger
  readonly change: Change
  /** Keeps that it was announced. */
  readonly mark: (announcedAt: Date) => Promise<void>
}

/**
 * Alerts operations to a change, in one message, and records that. If that fails, standard error says so: the change is
 * in force, and an alarm alerts operations some minutes later.
 */
export const announce = async (io: Io, { account, place, change, mark }: Announcing): Promise<void> => {
  const arn = findOperationsTopic(place)
  if (arn === undefined) {
    const why = place.stack === undefined ? 'a table names no stack; give --stack instead' : 'deploy the stack again'
    printLine(io.err, `operations got no message, because their topic is not known here: ${why}`)
    return
  }
  const topic = { client: new SNSClient(buildClientSettings(account)), arn }
  if (!(await isPublished(io, topic, change))) return
  try {
    await askAws('dynamodb:PutItem', mark(io.now()))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    printLine(
      io.err,
      `operations got the message, but the ledger could not record that: ${error.message}; an alarm will go off`,
    )
  }
  await sayNobody(io, topic)
}
