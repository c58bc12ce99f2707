import type { SnsMessage } from '../../alert/sns-message.ts'
import type { Answer, Message, Poster } from './post.ts'

export type Publish = (message: SnsMessage) => Promise<void>

/** An alert that is ready to go, and of which nothing reaches SNS before `send`. */
export type HeldAlert = { readonly send: () => Promise<void>; readonly drop: () => void }

// URLSearchParams would do it in JavaScript, and takes ten times as long for the first message. The way over bytes
// replaces halves of characters, which have no encoding and could come with a region's name.
const encoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString())

/** The call as AWS's query protocol has it. */
const queryOf = (topicArn: string, { MessageAttributes, ...fields }: SnsMessage): Message => {
  const parts = { Action: 'Publish', Version: '2010-03-31', TopicArn: topicArn, ...fields }
  const pairs = Object.entries(parts).map(([name, value]) => `${name}=${encoded(value)}`)
  for (const [index, [name, { DataType, StringValue }]] of Object.entries(MessageAttributes).entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`
    pairs.push(`${entry}.Name=${encoded(name)}`)
    pairs.push(`${entry}.Value.DataType=${encoded(DataType)}`)
    pairs.push(`${entry}.Value.StringValue=${encoded(StringValue)}`)
  }
  return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: pairs.join('&') }
}

const accepted = ({ status }: Answer): void => {
  if (status !== 200) throw new Error(`SNS answered ${status}`)
}

export type Elsewhere = {
  /** What publishes where one try was not enough. */
  readonly sdk: Publish
  /** Told why it was not. */
  readonly onFailure: (why: string) => void
}

/** Publishes to a topic in one try, and leaves what SNS does not take at once to the SDK. Throws what the SDK throws. */
export const directPublish = ({ post, hold }: Poster, topicArn: string, { sdk, onFailure }: Elsewhere) => {
  const published = async (message: SnsMessage, sent: Promise<Answer>): Promise<void> => {
    try {
      accepted(await sent)
    } catch (error) {
      onFailure(String(error))
      await sdk(message)
    }
  }
  return {
    publish: (message: SnsMessage): Promise<void> => published(message, post(queryOf(topicArn, message))),
    hold: (message: SnsMessage): HeldAlert => {
      const held = hold(queryOf(topicArn, message))
      return { send: () => published(message, held.send()), drop: held.drop }
    },
  }
}
