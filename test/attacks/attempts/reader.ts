/** What somebody tries who gets what a channel sends. */
import type { Attempt } from '../model.ts'

export const readerAttempts: readonly Attempt[] = [
  {
    id: 'echo-of-the-secret',
    who: 'reader',
    tries: 'runs the server of a webhook and echoes its secret URL, so that it lands in a log',
    answer: 'of an answer only its status and known codes are written',
    shownBy: {
      file: 'test/functions/notify/senders/webhook.test.ts',
      name: 'reaches neither log nor dead-letter queue nor table',
    },
  },
  {
    id: 'plain-http',
    who: 'reader',
    tries: 'has alerts sent in the clear, or with a password in the URL',
    answer: 'the URL is refused at once, and not retried',
    shownBy: {
      file: 'test/functions/notify/senders/webhook.test.ts',
      name: 'is no reason to try for hours where the URL has a password: it is refused at once',
    },
  },
]
