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
]
