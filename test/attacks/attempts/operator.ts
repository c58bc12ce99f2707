/** What somebody tries who may apply policies, switch stops off and deploy. */
import type { Attempt } from '../model.ts'

export const operatorAttempts: readonly Attempt[] = [
  {
    id: 'more-than-a-stop',
    who: 'operator',
    tries: 'has the guard terminate an instance or change its protection',
    answer: 'no code and no role of the stack can',
    shownBy: {
      file: 'test/infra/never.test.ts',
      name: 'does not name a call that terminates an instance, or changes it or its protection',
    },
  },
  {
    id: 'pattern-that-matches-nothing',
    who: 'operator',
    tries: 'allows `M5.*` on a rule that enforces, which matches nothing and would stop everything',
    answer: 'the policy is refused, with the nearest pattern that matches something',
    shownBy: {
      file: 'test/policy/pattern-slips.test.ts',
      name: 'is refused with an allowed pattern that matches nothing, because it would stop what was to pass: %s',
    },
  },
  {
    id: 'pattern-behind-the-command-line',
    who: 'operator',
    tries: 'writes a policy that allows only `M5.*` on a rule that enforces into the table without the command line',
    answer: 'the functions count it as not valid: the last valid policy is in force, and nothing is stopped',
    shownBy: {
      file: 'test/functions/live-policy.test.ts',
      name: 'is not in force if they are %j, and that is counted',
    },
  },
  {
    id: 'enforcing-in-silence',
    who: 'operator',
    tries: 'enforces a rule whose alerts no channel gets',
    answer: 'the policy is refused where it is validated, applied and synthesized',
    shownBy: {
      file: 'test/cli/live-channels.test.ts',
      name: 'refuses a policy that would stop instances and whose alerts no route matches',
    },
  },
  {
    id: 'switch-in-silence',
    who: 'operator',
    tries: 'switches stops off, or applies another policy, and nobody hears of it',
    answer: 'operations are alerted of each change, with the ARN that STS names; the ledger keeps the history',
    shownBy: {
      file: 'test/cli/announcements.test.ts',
      name: 'is one message for each change, and the ledger keeps them',
    },
  },
  {
    id: 'change-behind-the-command-line',
    who: 'operator',
    tries: 'writes the policy or the switch into the table without the command line',
    answer: 'the functions that read it notice a change that was not announced, count it and log it',
    shownBy: {
      file: 'test/functions/live-policy.test.ts',
      name: 'a change that was not announced to operations',
    },
    accepted: 'the change is in force all the same: anybody who may write the table may do that',
  },
  {
    id: 'channel-removed-with-messages',
    who: 'operator',
    tries: 'removes or renames a channel while alerts wait for it',
    answer: 'its queue outlives it, and the next sweep says so to operations',
    shownBy: {
      file: 'test/functions/sweep/channels.test.ts',
      name: 'says that a channel was removed which has scheduled deliveries',
    },
  },
  {
    id: 'channel-added-and-removed',
    who: 'operator',
    tries: 'adds a channel and removes it before any sweep has seen it, while alerts wait for it',
    answer: 'the function of the channel records it before its first message, so that the next sweep misses it',
    shownBy: {
      file: 'test/functions/notify/introduce.test.ts',
      name: 'is missed when it was added and removed between two sweeps, with messages waiting',
    },
  },
]
