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
]
