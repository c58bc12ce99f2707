/** What another account tries whose events reach the guard. */
import type { Attempt } from '../model.ts'

const launcher = 'test/attacks/launcher.test.ts'
const controls = 'test/attacks/launcher-controls.test.ts'

export const memberAccountAttempts: readonly Attempt[] = [
  {
    id: 'notification-of-another-account',
    who: 'member account',
    tries: 'has a notification of its own name an instance of the guarded account',
    answer: 'the account of an event is EventBridge’s word, and what is of another account is never stopped',
    shownBy: { file: launcher, name: 'promises nothing here if it is a notification of another account' },
  },
  {
    id: 'records-of-another-account',
    who: 'member account',
    tries: 'changes what is said of another account or region',
    answer: 'what is said is of the account and region of the event',
    shownBy: { file: controls, name: 'everything that is alerted is of its own account and region' },
  },
  {
    id: 'stopped-in-another-account',
    who: 'member account',
    tries: 'forwards a notification that an instance of another account has stopped, so that its stop counts as made',
    answer: 'what it says is of the account that EventBridge names, whose findings alone it can end',
    shownBy: {
      file: 'test/functions/enforce/spokes.test.ts',
      name: 'ends nothing of another account by its own notification of that instance',
    },
  },
  {
    id: 'instance-of-another-account',
    who: 'member account',
    tries: 'has the role that stops in its account describe an instance of another account, or of the hub',
    answer:
      'the session is of the account of the findings and for that one instance, and EC2 has to name the same account as its owner',
    shownBy: { file: 'test/functions/enforce/spokes.test.ts', name: 'is not made if %s' },
  },
  {
    id: 'role-taken-away',
    who: 'member account',
    tries: 'takes the role for stops away, so that promised stops fail and hold up those of other accounts',
    answer:
      'the stop ends at once with a code and an alert, and no more are promised there. Each message is about one instance, and STS and EC2 are given up after seconds',
    shownBy: { file: 'test/functions/enforce/spokes.test.ts', name: 'a stop in another account is made all the same' },
    accepted: 'an account that deletes the role cannot be stopped in. A service control policy can protect the role',
  },
]
