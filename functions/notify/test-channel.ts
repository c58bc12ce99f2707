import type { TestAnswer, TestRequest } from '../../shared/channels/message.ts'
import type { Sender, Sent } from '../../shared/channels/sending.ts'
import { formatShortError } from './delivery.ts'

/** Whether the function was invoked by `virtguard notify test`, and not with a batch. */
export const isTest = (event: object): event is TestRequest => 'kind' in event && event.kind === 'test'

type Channel = { readonly name: string; readonly type: string }

const NO_SECRET =
  'Check the secret that the policy names: it must exist in this region, and the role of the function must be allowed to read it.'
const PASSING = 'The failure may be temporary: try again in a minute.'

const toTestAnswer = (sent: Sent): Pick<TestAnswer, 'arrived' | 'says' | 'whatToDo'> => {
  switch (sent.kind) {
    case 'sent':
      return { arrived: true, says: sent.says }
    case 'later':
      return { arrived: false, says: sent.why, whatToDo: `The channel asks to wait: try again in ${sent.seconds} s.` }
    case 'refused': {
      const { why, whatToDo = 'Fix what the message says, then test again.' } = sent
      return { arrived: false, says: why, whatToDo }
    }
    // Stryker disable next-line ConditionalExpression: the compiler knows that there is no other kind
    default:
      return sent satisfies never
  }
}

const isAboutSecret = (error: unknown): boolean =>
  error instanceof Error && /secret/i.test(`${error.name} ${error.message}`)

/** Sends one message at once, and says whether it arrived. */
export const testChannel = async (send: Sender, { name: channel, type }: Channel, now: Date): Promise<TestAnswer> => {
  try {
    return { channel, type, ...toTestAnswer(await send({ kind: 'test', at: now.toISOString() })) }
  } catch (error) {
    const whatToDo = isAboutSecret(error) ? NO_SECRET : PASSING
    return { channel, type, arrived: false, says: formatShortError(error), whatToDo }
  }
}
