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
      name: 'brings it into neither log nor dead-letter queue nor table',
    },
  },
  {
    id: 'plain-http',
    who: 'reader',
    tries: 'has alerts sent in the clear, or with a password in the URL',
    answer: 'the URL is refused at once, and not retried',
    shownBy: {
      file: 'test/functions/notify/senders/webhook.test.ts',
      name: 'is refused at once, and not tried for hours, if the URL has a password',
    },
  },
  {
    id: 'down-until-the-stop',
    who: 'reader',
    tries:
      'runs the server of a webhook and answers errors until shortly before a stop, so that its alert comes after it',
    answer: 'such an alert is tried again within a quarter of the time that is left, until the stop',
    accepted:
      'who answers errors, or asks to wait an hour, until the stop keeps the alert from this channel; each other channel has a queue of its own',
    shownBy: {
      file: 'test/functions/notify/before-stop.test.ts',
      name: 'gets the alert of a stop %d s after the launch before that stop',
    },
  },
  {
    id: 'errors-that-cost',
    who: 'reader',
    tries: 'answers errors for ever, so that alerts of stops are tried without end and cost',
    answer:
      'a try comes 5 seconds after the last one at the soonest, pauses are shortened for 200 deliveries, and a day is the end',
    shownBy: {
      file: 'test/channels/retries.test.ts',
      name: 'is tried until the last seconds, and not so often that SQS would dead-letter it',
    },
  },
  {
    id: 'wait-a-second-for-ever',
    who: 'reader',
    tries:
      'asks again and again to wait a second, so that the function runs all the time and SQS drops the alert without a reason',
    answer:
      'after 200 deliveries a message waits 5 minutes at least, and after a day it is dead-lettered with the reason',
    shownBy: {
      file: 'test/functions/notify/before-stop.test.ts',
      name: 'a channel that always asks to wait a second is given up after a day by Notify, and not by SQS after minutes',
    },
  },
  {
    id: 'channel-closed',
    who: 'reader',
    tries: 'archives the channel or removes the app from it, so that alerts of stops reach nobody',
    answer: 'what a channel refuses is dead-lettered at once with the reason, and an alarm tells operations',
    accepted: 'the stop is made all the same, as other channels and the dead-letter queue have its alert',
    shownBy: {
      file: 'test/functions/notify/delivery.test.ts',
      name: 'is done, remembered with its reason, logged and counted',
    },
  },
]
