import type { SnsMessage } from '../../alert/sns-message.ts'
import type { Answer, Message, Poster } from './post.ts'

export type Publish = (message: SnsMessage) => Promise<void>

/** An alert that is prepared, and of which nothing reaches SNS before `send`. */
export type PreparedPublish = { readonly send: () => Promise<void>; readonly drop: () => void }

// URLSearchParams would do it in JavaScript, and takes ten times as long for the first message. The way over bytes
// replaces halves of characters, which have no encoding and could come with a region's name.
const encodeText = (text: string): string => encodeURIComponent(Buffer.from(text).toString())

/** The call as AWS's query protocol has it. */
const buildQuery = (topicArn: string, { MessageAttributes, ...fields }: SnsMessage): Message => {
  const parts = { Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, ...fields }
  const pairs = Object.entries(parts).map(([name, value]) => `${name}=${encodeText(value)}`)
  for (const [index, [name, { DataType, StringValue }]] of Object.entries(MessageAttributes).entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`
    pairs.push(`${entry}.Name=${encodeText(name)}`)
    pairs.push(`${entry}.Value.DataType=${encodeText(DataType)}`)
    pairs.push(`${entry}.Value.StringValue=${encodeText(StringValue)}`)
  }
  return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: pairs.join('&') }
}

const requireAccepted = ({ status }: Answer): void => {
  if (status !== 200) throw new Error(`SNS answered ${status}`)
}

export type Elsewhere = {
  /** Publishes if one try was not enough. */
  readonly sdk: Publish
  /** Called with the reason. */
  readonly onFailure: (why: string) => void
}

/**
 * Publishes to a topic in one try, and leaves alerts that SNS does not accept at once to the SDK. Throws what the SDK
 * throws.
 */
export const createDirectPublish = ({ post, hold }: Poster, topicArn: string, { sdk, onFailure }: Elsewhere) => {
  const confirmPublished = async (message: SnsMessage, sent: Promise<Answer>): Promise<void> => {
    try {
      requireAccepted(await sent)
    } catch (error) {
      onFailure(String(error))
      await sdk(message)
    }
  }
  return {
    publish: (message: SnsMessage): Promise<void> => confirmPublished(message, post(buildQuery(topicArn, message))),
    hold: (message: SnsMessage): PreparedPublish => {
      const scheduled = hold(buildQuery(topicArn, message))
      return { send: () => confirmPublished(message, scheduled.send()), drop: scheduled.drop }
    },
  }
}
