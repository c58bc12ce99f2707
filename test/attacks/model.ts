/**
 * The threat model: who could try what, what stops it, and which test shows it. docs/threat-model.md shows the same rows; a
 * test holds the two together, and holds each row to a test that exists.
 */

/** Who tries. Each may do what the ones before it may do only where that is said. */
export const ATTACKERS = {
  launcher: 'may launch, start, stop and change instances of its own, and nothing else',
  tagger: 'may set and remove tags on instances, its own or others’',
  author: 'may write launch templates, Auto Scaling groups, images and names',
  operator: 'may apply policies, switch stops off and deploy',
  'member account': 'is another account whose events reach the guard',
  reader: 'sits on a channel, or gets what a channel sends',
} as const
export type Attacker = keyof typeof ATTACKERS

export type Attempt = {
  readonly id: string
  readonly who: Attacker
  /** What is tried. */
  readonly tries: string
  /** What stops it, or what is said where nothing does. */
  readonly answer: string
  /** The test that shows it, by its file and its name. */
  readonly shownBy: { readonly file: string; readonly name: string }
  /** Why it is accepted where nothing stops it. */
  readonly accepted?: string
}

const launcher = 'test/attacks/launcher.test.ts'
const controls = 'test/attacks/launcher-controls.test.ts'

export const ATTEMPTS: readonly Attempt[] = [
  {
    id: 'client-token-wildcard',
    who: 'launcher',
    tries: 'writes `*` or `?` into the client token, so that a launch without a list is taken for others’ instances',
    answer: 'values of callers are escaped in every EC2 filter, and an instance counts only if its own token is equal',
    shownBy: { file: launcher, name: 'names and stops nobody else: %s' },
  },
  {
    id: 'client-token-of-another-launch',
    who: 'launcher',
    tries: 'uses the client token of somebody else’s old launch',
    answer: 'an instance counts only if its launch time fits the record',
    shownBy: {
      file: launcher,
      name: 'the token of somebody else’s old launch makes nothing of that launch this one',
    },
  },
  {
    id: 'user-agent-of-a-service',
    who: 'launcher',
    tries: 'sends the user agent of Auto Scaling, so that the instance seems to belong to a group',
    answer: 'only what AWS writes says which service made a call',
    shownBy: { file: launcher, name: 'protects from no stop: %s' },
  },
  {
    id: 'owner-tag-at-launch',
    who: 'launcher',
    tries: 'sets `kubernetes.io/cluster/x` or another tag by which services mark what they own',
    answer:
      'the stop is refused, and the alert names the tag and that the launcher can set it; `stop.ownerTags: ignore` stops it',
    shownBy: { file: launcher, name: '%s refuses the stop, and the alert says that the launcher can set it' },
    accepted: 'to stop a node of a cluster breaks what runs on it, so that the careful answer is the default',
  },
  {
    id: 'stop-protection-at-launch',
    who: 'launcher',
    tries: 'launches with stop protection',
    answer: 'the stop is refused, and the alert says why',
    shownBy: {
      file: launcher,
      name: 'stop protection that the launch switched on is named in the alert as what the launcher can set',
    },
    accepted: 'EC2 refuses such a stop, and virtguard may not change the protection of an instance',
  },
  {
    id: 'restart-within-grace',
    who: 'launcher',
    tries: 'stops and starts the instance within the grace period, so that the promise is forgotten',
    answer: 'the promise stays, and the instance is judged again when it is due',
    shownBy: { file: launcher, name: 'a stop and a start within the grace period change nothing of the promise' },
  },
  {
    id: 'restart-after-a-stop',
    who: 'launcher',
    tries: 'starts the instance again after it was stopped',
    answer: 'each start of what still fails is alerted and promised a stop again',
    shownBy: { file: launcher, name: 'what was stopped and is started again is promised a stop again' },
  },
  {
    id: 'ids-of-others-in-a-refused-call',
    who: 'launcher',
    tries: 'calls StartInstances with ids of others, and is refused',
    answer: 'a refused call is no start, and promises nothing',
    shownBy: {
      file: launcher,
      name: 'a start that was refused for somebody else’s instance promises no stop of it',
    },
  },
  {
    id: 'ids-of-another-place',
    who: 'launcher',
    tries: 'has a record name instances of another account or region',
    answer: 'only instances of the account and region of the event count',
    shownBy: {
      file: launcher,
      name: 'a launch that names an instance of another account or region promises no stop here',
    },
  },
  {
    id: 'anything-else-of-a-launch',
    who: 'launcher',
    tries: 'writes anything into what a launcher controls: token, tags, user agent, names, protection',
    answer: 'its own instance is stopped, or an alert says with a code why it is not',
    shownBy: {
      file: controls,
      name: 'its own violating instance is stopped, or an alert says with a code why it is not',
    },
  },
  {
    id: 'anything-else-against-others',
    who: 'launcher',
    tries: 'writes anything into what a launcher controls, to have others’ instances stopped',
    answer: 'no instance outside the launch is promised a stop, stopped, or named',
    shownBy: { file: controls, name: 'no instance outside its launch is promised a stop, stopped, or named' },
  },
  {
    id: 'notification-of-another-account',
    who: 'member account',
    tries: 'has a notification of its own name an instance of the guarded account',
    answer: 'the account of an event is EventBridge’s word, and what is of another account is never stopped',
    shownBy: { file: launcher, name: 'a notification of another account promises nothing here' },
  },
  {
    id: 'records-of-another-account',
    who: 'member account',
    tries: 'changes what is said of another account or region',
    answer: 'what is said is of the account and region of the event',
    shownBy: { file: controls, name: 'what is said is of its own account and region' },
  },
  {
    id: 'mentions-in-names',
    who: 'author',
    tries: 'puts mentions, links, markup or control characters into names that an alert shows',
    answer: 'every channel shows names of strangers as plain text',
    shownBy: {
      file: 'test/channels/untrusted.test.ts',
      name: 'Slack gets no mention, no link and no emoji: every angle bracket is escaped, and every text is literal',
    },
  },
  {
    id: 'text-in-the-report',
    who: 'author',
    tries: 'puts a script or a formula into a name that the report shows',
    answer: 'text stays text, and the page runs no other script and asks the network for nothing',
    shownBy: { file: 'test/report/safety.test.ts', name: 'text from an event stays text, wherever it is shown' },
  },
  {
    id: 'names-that-fill-a-message',
    who: 'author',
    tries: 'fills names and tags until the alert is too large for SNS',
    answer: 'a message keeps SNS’s limit whatever the names are, and says how much it leaves out',
    shownBy: {
      file: 'test/alert/sns-message.test.ts',
      name: 'keeps the limit, and comes back the same, whatever the names and the kind',
    },
  },
  {
    id: 'more-than-a-stop',
    who: 'operator',
    tries: 'has the guard terminate an instance or change its protection',
    answer: 'no code and no role of the stack can',
    shownBy: {
      file: 'test/infra/never.test.ts',
      name: 'does not name what terminates an instance, or changes it or its protection',
    },
  },
  {
    id: 'decoys-that-spend-the-budget',
    who: 'launcher',
    tries: 'launches decoys that spend the stop budget, so that one more instance is refused and safe for good',
    answer:
      'a later start of what was refused is alerted and promised a stop again; the refusal is listed and can be retried',
    shownBy: {
      file: 'test/ledger/later-start.test.ts',
      name: 'is alerted and promised a stop, where the rule enforces and nothing refuses it now',
    },
  },
  {
    id: 'launch-before-the-rule',
    who: 'launcher',
    tries: 'launches while the rule observes, and starts the instance once the rule enforces',
    answer: 'the later start has more to say, and promises a stop',
    shownBy: {
      file: 'test/ledger/later-start.test.ts',
      name: 'is alerted and promised a stop, where the rule enforces and nothing refuses it now',
    },
  },
  {
    id: 'launch-in-quiet-hours',
    who: 'launcher',
    tries: 'launches at night, so that the alert waits until after the stop',
    answer: 'an alert that announces a stop is sent at once where less than an hour would be left to act',
    shownBy: {
      file: 'test/routing/before-stops.test.ts',
      name: 'is sent at once with the shipped example: launched at 23:00, stopped at 23:15, told before',
    },
  },
  {
    id: 'facts-that-hide',
    who: 'launcher',
    tries: 'hides a fact that decides, by deregistering the image or otherwise',
    answer: 'a doubt is never a stop, and the finding is UNKNOWN and alerted',
    shownBy: { file: 'test/engine/decide.test.ts', name: 'where it is not known whether it is a Spot instance' },
    accepted: 'to stop on a guess could stop the wrong instance',
  },
  {
    id: 'owner-tag-later',
    who: 'tagger',
    tries: 'puts a tag of a cluster on an instance whose stop is promised',
    answer: 'the stop is refused when it is due, and the outcome names the tag and who can write it',
    shownBy: { file: 'test/engine/decide.test.ts', name: 'is in the words where whoever launches can set it' },
    accepted: 'as for the launcher: `stop.ownerTags: ignore` takes the protection away',
  },
  {
    id: 'tags-of-aws',
    who: 'tagger',
    tries: 'writes a tag that looks like one of AWS, such as xaws:autoscaling:groupName',
    answer: 'only the prefix `aws:` counts as AWS’s, and AWS lets nobody else write it',
    shownBy: { file: 'test/facts/writers.test.ts', name: 'xaws:autoscaling:groupName' },
  },
  {
    id: 'service-in-a-later-start',
    who: 'tagger',
    tries: 'has a later start name somebody else, so that a service’s instance seems to be nobody’s',
    answer: 'the service that launched an instance still owns it',
    shownBy: {
      file: 'test/ledger/later-start.test.ts',
      name: 'a service that launched an instance and replaces it still owns it after a later start, which names somebody else',
    },
  },
  {
    id: 'characters-that-are-not-seen',
    who: 'author',
    tries: 'names a group with characters that are not seen, so that it looks like the one that is exempt',
    answer: 'a pattern with such characters is named where the policy is validated',
    shownBy: {
      file: 'test/policy/pattern-slips.test.ts',
      name: 'is said where a name has characters that are not seen',
    },
  },
  {
    id: 'formula-in-a-name',
    who: 'author',
    tries: 'begins a name with a formula, in full-width letters too, for whoever opens the CSV',
    answer: 'no cell begins a formula, in the report and on the command line',
    shownBy: { file: 'test/text/csv.test.ts', name: 'has no formula: %j' },
  },
  {
    id: 'pattern-that-matches-nothing',
    who: 'operator',
    tries: 'allows `M5.*` on a rule that enforces, which matches nothing and would stop everything',
    answer: 'the policy is refused, with the nearest pattern that matches something',
    shownBy: {
      file: 'test/policy/pattern-slips.test.ts',
      name: 'is refused with a pattern of what passes that matches nothing: it would stop what was to pass: %s',
    },
  },
  {
    id: 'enforcing-in-silence',
    who: 'operator',
    tries: 'enforces a rule whose alerts no channel gets',
    answer: 'the policy is refused where it is validated, applied and synthesized',
    shownBy: {
      file: 'test/cli/live-channels.test.ts',
      name: 'refuses a policy that would stop instances and whose alerts no route takes',
    },
  },
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
  {
    id: 'switch-in-silence',
    who: 'operator',
    tries: 'switches stops off, or applies another policy, and nobody hears of it',
    answer: 'operations are alerted of each change, with the ARN that STS names; the ledger keeps the history',
    shownBy: {
      file: 'test/cli/announcements.test.ts',
      name: 'of every change in one message each, and the ledger keeps them',
    },
  },
  {
    id: 'change-behind-the-command-line',
    who: 'operator',
    tries: 'writes the policy or the switch into the table without the command line',
    answer: 'the functions that read it notice a change that was not announced, count it and log it',
    shownBy: {
      file: 'test/functions/live-policy.test.ts',
      name: 'a change that operations were not told of',
    },
    accepted: 'the change is in force all the same: whoever may write the table may do that',
  },
  {
    id: 'channel-removed-with-messages',
    who: 'operator',
    tries: 'removes or renames a channel while alerts wait for it',
    answer: 'its queue outlives it, and the next sweep says so to operations',
    shownBy: {
      file: 'test/functions/sweep/channels.test.ts',
      name: 'says that one was removed for which alerts are held',
    },
  },
]
