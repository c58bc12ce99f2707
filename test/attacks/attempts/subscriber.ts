/** What somebody tries who may change the subscriptions of the topic of alerts. */
import type { Attempt } from '../model.ts'

export const subscriberAttempts: readonly Attempt[] = [
  {
    id: 'everybody-unsubscribed',
    who: 'subscriber',
    tries: 'unsubscribes all readers, so that stops are announced to nobody',
    answer: 'the next daily sweep finds no confirmed reader of a rule on enforce, and an alarm tells operations once',
    accepted:
      'stops go on until somebody acts on the alarm, as a stop that waits for readers could be put off by a link in a mail',
    shownBy: {
      file: 'test/functions/sweep/subscriptions.test.ts',
      name: 'says that stops are announced to nobody, when everybody has unsubscribed or nobody has confirmed',
    },
  },
  {
    id: 'queue-of-the-stack-unsubscribed',
    who: 'subscriber',
    tries:
      'unsubscribes the queue of Confirm, so that no stop is scheduled, or that of a channel, so that it gets no alerts',
    answer: 'the next daily sweep looks for each queue of the stack by its ARN, and an alarm tells operations once',
    shownBy: {
      file: 'test/functions/sweep/subscriptions.test.ts',
      name: 'says that a queue of the stack was unsubscribed, whatever the policy and whoever else is there',
    },
  },
  {
    id: 'subscription-that-nobody-reads',
    who: 'subscriber',
    tries: 'unsubscribes all readers and leaves one subscription of its own, so that the sweep counts a reader',
    answer: 'a confirmed subscription that is not of the stack counts as a reader',
    accepted:
      'virtguard cannot know who reads an address. CloudTrail records who subscribed it. A channel that is no email has its own queue',
    shownBy: {
      file: 'test/routing/readers.test.ts',
      name: 'those that are confirmed and not of the stack are readers',
    },
  },
  {
    id: 'subscriptions-without-end',
    who: 'subscriber',
    tries: 'subscribes thousands of addresses, so that a sweep reads subscriptions until its time is over',
    answer: 'a sweep reads 5,000 at most, then goes on, and counts what it could not read as missing',
    shownBy: {
      file: 'test/functions/sweep/subscriptions.test.ts',
      name: 'are not read without end: more than 5,000 are an error, so that a sweep goes on with its work',
    },
  },
]
