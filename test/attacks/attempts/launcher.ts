/** What somebody tries who may launch, start, stop and change instances of its own. */
import type { Attempt } from '../model.ts'

const launcher = 'test/attacks/launcher.test.ts'
const starts = 'test/attacks/starts.test.ts'
const controls = 'test/attacks/launcher-controls.test.ts'

export const launcherAttempts: readonly Attempt[] = [
  {
    id: 'client-token-wildcard',
    who: 'launcher',
    tries: 'writes `*` or `?` into the client token, so that a launch without a list is taken for others’ instances',
    answer: 'values of callers are escaped in every EC2 filter, and an instance counts only if its own token is equal',
    shownBy: { file: launcher, name: 'names and stops no instance of others: %s' },
  },
  {
    id: 'client-token-of-another-launch',
    who: 'launcher',
    tries: 'uses the client token of somebody else’s old launch',
    answer: 'an instance counts only if its launch time fits the record',
    shownBy: {
      file: launcher,
      name: 'does not count the instances of an older launch with the same token as its own',
    },
  },
  {
    id: 'repeated-call',
    who: 'launcher',
    tries:
      'repeats a call with its client token and parameters, which EC2 answers with the instances of the first, so that they are promised a stop in this launch’s name',
    answer:
      'an instance that a record names counts only if the record, or else EC2, says that it was launched when the call was made',
    shownBy: {
      file: launcher,
      name: 'neither alerts nor promises a stop of what ran before if its record %s',
    },
  },
  {
    id: 'repeated-call-takes-the-name',
    who: 'launcher',
    tries:
      'repeats somebody else’s call with its client token within a minute, so that the alert names another launcher than the right one',
    answer:
      'a caller is named only if the instances were launched at the moment of its call, and of two the earlier; if that is not known, nobody is named. No exemption and no refusal reads the name of a caller',
    accepted:
      'a repeat within five seconds may be named in the first alert if its record comes first. The outcome has the right name, or none',
    shownBy: { file: launcher, name: 'within a minute is not named as its launcher, notified before: %s' },
  },
  {
    id: 'user-agent-of-a-service',
    who: 'launcher',
    tries: 'sends the user agent of Auto Scaling, so that the instance seems to belong to a group',
    answer: 'only what AWS writes says which service made a call',
    shownBy: { file: launcher, name: 'prevents no stop: %s' },
  },
  {
    id: 'tags-of-aws-in-a-refused-call',
    who: 'launcher',
    tries: 'writes the tag of an exempt Auto Scaling group into a call that EC2 refuses, so that nobody hears of it',
    answer: 'tags of AWS count in a refused call only if Auto Scaling made it, and AWS says who made a call',
    shownBy: {
      file: 'test/facts/refusal.test.ts',
      name: 'ignores tags of AWS, which anybody may put into a request before EC2 checks it',
    },
  },
  {
    id: 'refusal-behind-a-refusal',
    who: 'launcher',
    tries: 'has another type refused for the instance within CloudTrail’s delay, so that nobody hears of the second',
    answer:
      'two refusals are compared by when they happened, and one that meets the alert of the first under way is evaluated after it',
    accepted:
      'if the later of the two is reported first, it is alone: an old report of the same refusal looks like that',
    shownBy: {
      file: 'test/ledger/refused-again.test.ts',
      name: 'is news for another type that was refused before the first was reported',
    },
  },
  {
    id: 'words-of-ec2-in-a-name',
    who: 'launcher',
    tries: 'names something with the words of a refusal, so that a call that failed otherwise looks like a misfit',
    answer: 'words count only where the message of EC2 or Auto Scaling begins with them',
    shownBy: { file: 'test/facts/doors.test.ts', name: 'for another reason is ignored: %s' },
  },
  {
    id: 'account-of-another-in-a-record',
    who: 'launcher',
    tries: 'has a record of a refused call name another account or region than its own',
    answer: 'the account and the region of the envelope count, which EventBridge writes',
    shownBy: {
      file: 'test/facts/doors.test.ts',
      name: '%s believes the envelope, not the record, of whose account it is',
    },
  },
  {
    id: 'megabyte-of-refusal',
    who: 'launcher',
    tries: 'makes a refusal of a megabyte, so that the reader takes minutes and other launches wait',
    answer: 'only the first 2,048 characters are read, and each part of them once',
    shownBy: { file: 'test/facts/doors.test.ts', name: 'reads a megabyte of words in no time: %s' },
  },
  {
    id: 'refused-calls-that-hide-silence',
    who: 'launcher',
    tries:
      'has calls refused, starts instances or registers images, so that nobody notices that launches do not arrive',
    answer: 'a region counts as heard only by accepted launches and by notifications of what runs',
    shownBy: {
      file: 'test/functions/evaluate/last-heard.test.ts',
      name: 'is not set for launches by %s, whose EventBridge rule is another',
    },
  },
  {
    id: 'owner-tag-at-launch',
    who: 'launcher',
    tries: 'sets `kubernetes.io/cluster/x` or another tag by which services mark what they own',
    answer:
      'the stop is refused, and the alert names the tag and that the launcher can set it; `stop.ownerTags: ignore` stops it',
    shownBy: {
      file: launcher,
      name: 'refuses the stop in the form %s, and the alert says that the launcher can set it',
    },
    accepted: 'to stop a node of a cluster breaks what runs on it, so that the careful answer is the default',
  },
  {
    id: 'stop-protection-at-launch',
    who: 'launcher',
    tries: 'launches with stop protection',
    answer: 'the stop is refused, and the alert says why',
    shownBy: {
      file: launcher,
      name: 'are named in the alert as set by the launcher if they switch on stop protection',
    },
    accepted: 'EC2 refuses such a stop, and virtguard may not change the protection of an instance',
  },
  {
    id: 'restart-within-grace',
    who: 'launcher',
    tries: 'stops and starts the instance within the grace period, so that the promise is forgotten',
    answer: 'the promise stays where it runs again by then, and the instance is evaluated again when it is due',
    shownBy: { file: starts, name: 'keeps its promise if it is stopped and started within the grace period' },
  },
  {
    id: 'down-when-the-stop-is-due',
    who: 'launcher',
    tries: 'has the instance down at the announced time, and starts it seconds later, before anybody looks',
    answer:
      'Enforce sees the new run, says that it was announced no stop, and has it alerted and promised a stop again',
    shownBy: {
      file: starts,
      name: 'is alerted again and stopped after another grace period if its record arrives: %s',
    },
    accepted: 'whoever has it down at each announced time runs it for one grace at a time',
  },
  {
    id: 'restart-after-a-stop',
    who: 'launcher',
    tries: 'starts the instance again after it was stopped',
    answer: 'each start of what still fails is alerted and promised a stop again',
    shownBy: { file: starts, name: 'is promised a stop again if it is started after it was stopped' },
  },
  {
    id: 'start-before-the-alert-is-confirmed',
    who: 'launcher',
    tries:
      'launches with a tag that refuses the stop, and starts the instance again without it while Confirm is behind, so that the start seems older than the alert',
    answer:
      'a row is as old as the facts that were evaluated, not as its confirmation, and a start that meets an alert under way is evaluated after it',
    shownBy: { file: starts, name: 'is promised a stop though Confirm was behind when it came' },
  },
  {
    id: 'ids-of-others-in-a-refused-call',
    who: 'launcher',
    tries: 'calls StartInstances with ids of others, and is refused',
    answer: 'a refused call is no start, and promises nothing',
    shownBy: {
      file: launcher,
      name: 'promises no stop if it is a refused start of somebody else’s instance',
    },
  },
  {
    id: 'ids-of-another-place',
    who: 'launcher',
    tries: 'has a record name instances of another account or region',
    answer: 'only instances of the account and region of the event count',
    shownBy: {
      file: launcher,
      name: 'promises no stop here if it names an instance of another account or region',
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
    id: 'decoys-that-spend-the-budget',
    who: 'launcher',
    tries: 'launches decoys that spend the stop budget, so that one more instance is refused and safe for good',
    answer:
      'a later start of what was refused is alerted and promised a stop again; the refusal is listed and can be retried',
    accepted:
      'with `then: wait`, hundreds of decoys hold the times of a day, also if they are terminated; the log says what found no room, and the next sweep tries again',
    shownBy: {
      file: 'test/ledger/later-start.test.ts',
      name: 'is alerted and promised a stop if the rule enforces and nothing refuses it now',
    },
  },
  {
    id: 'launch-before-the-rule',
    who: 'launcher',
    tries: 'launches while the rule observes, and starts the instance once the rule enforces',
    answer: 'the later start has more to say, and promises a stop',
    shownBy: {
      file: 'test/ledger/later-start.test.ts',
      name: 'is alerted and promised a stop if the rule enforces and nothing refuses it now',
    },
  },
  {
    id: 'hundred-that-stay-refused',
    who: 'launcher',
    tries:
      'has one call launch more than 100 instances with a tag that refuses their stop, takes it off all but a hundred, and starts them again, so that nobody hears of the rest',
    answer:
      'a launch is left to another report only if that one has claimed some of it since the instances were started',
    shownBy: {
      file: 'test/ledger/large-launches.test.ts',
      name: 'has those promised a stop that may be, though none of the first hundred may',
    },
  },
  {
    id: 'group-of-one-sibling',
    who: 'launcher',
    tries: 'attaches one instance of a launch to an Auto Scaling group, so that the others seem to be members too',
    answer: 'the tags of an instance count for that one only',
    shownBy: {
      file: 'test/functions/evaluate/come-back.test.ts',
      name: 'refuses the stop of that one, and promises that of the others',
    },
  },
  {
    id: 'launch-in-quiet-hours',
    who: 'launcher',
    tries: 'launches at night, so that the alert waits until after the stop',
    answer: 'an alert that announces a stop is sent at once where less than an hour would be left to act',
    shownBy: {
      file: 'test/routing/before-stops.test.ts',
      name: 'is sent at once with the shipped example: launched at 23:00, stopped at 23:15, alerted before',
    },
  },
  {
    id: 'stops-that-fill-a-digest',
    who: 'launcher',
    tries: 'launches a lot in quiet hours, so that the digest after them has no room to name the stops of others',
    answer:
      'alerts that announce stops come first in a digest, with the times; one message has only as many as it can name, and the next has the others',
    shownBy: {
      file: 'test/functions/notify/release.test.ts',
      name: 'sends no more alerts of stops in one message than it names, the soonest first, and comes back for the others',
    },
  },
  {
    id: 'updates-that-delay-a-stop',
    who: 'launcher',
    tries:
      'terminates hundreds of its instances at once, so that a stop of others is announced behind all those updates',
    answer: 'an alert that announces a stop takes the next free moment of a channel, and the others go after it',
    accepted:
      'so do the alerts of other stops: hundreds of them at one moment share digests and the rate limit of the channel',
    shownBy: {
      file: 'test/functions/notify/before-stop.test.ts',
      name: 'an alert of a stop does not wait behind the outcomes that fill the rate limit, which all come after it',
    },
  },
  {
    id: 'facts-that-hide',
    who: 'launcher',
    tries: 'hides a fact that decides, by deregistering the image or otherwise',
    answer: 'a doubt is never a stop, and the finding is UNKNOWN and alerted',
    shownBy: {
      file: 'test/engine/decide.test.ts',
      name: 'is never promised a stop if it is not known whether it is a Spot instance',
    },
    accepted: 'to stop on a guess could stop the wrong instance',
  },
  {
    id: 'wrapped-in-a-group-or-fleet',
    who: 'launcher',
    tries: 'creates an Auto Scaling group or a fleet and launches through it, so that the instance belongs to it',
    answer:
      'the stop is refused, and the alert names the group or fleet; its evidence says that whoever may create one can have it',
    shownBy: { file: 'test/engine/decide.test.ts', name: 'is given with who can write it: %s' },
    accepted: 'a group or fleet replaces what is stopped, so that to stop a member is an endless loop',
  },
  {
    id: 'refused-calls-without-end',
    who: 'launcher',
    tries:
      'repeats a call that EC2 refuses, or has it refused for ever other pairs, so that nobody reads alerts any more',
    answer:
      'each pair of one caller is alerted once a day, and of more than 20 pairs one more, which says that the rest is only counted',
    shownBy: {
      file: 'test/attacks/refused-calls.test.ts',
      name: 'are gathered beyond 20 pairs of one caller, in one alert that says so',
    },
    accepted: 'beyond 20 pairs a real mistake of the same caller is counted and not named until the next day',
  },
]
