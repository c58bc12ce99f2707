/** What somebody tries who may tag instances. */
import type { Attempt } from '../model.ts'

export const taggerAttempts: readonly Attempt[] = [
  {
    id: 'owner-tag-later',
    who: 'tagger',
    tries: 'puts a tag of a cluster on an instance whose stop is promised',
    answer: 'the stop is refused when it is due, and the outcome names the tag and who can write it',
    shownBy: { file: 'test/engine/decide.test.ts', name: 'is in the words if the launcher can set it' },
    accepted: 'as for the launcher: `stop.ownerTags: ignore` takes the protection away',
  },
  {
    id: 'owner-tag-removed',
    who: 'tagger',
    tries: 'takes the tag of a cluster off somebody else’s node, so that a sweep promises it a stop',
    answer:
      'with `stop.existing` a sweep promises no stop to what an alert refused one, until it is started again or a person asks for it',
    shownBy: {
      file: 'test/functions/sweep/promises.test.ts',
      name: 'is promised none if its alert refused the stop, and somebody takes the tag off that refused it',
    },
    accepted:
      'a node that is launched or started without its tag is promised a stop; the alert names it and the time, and the stop is refused if the tag is back by then',
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
    id: 'service-in-another-row',
    who: 'tagger',
    tries:
      'has another rule turned on, or an exemption end, so that a service’s instance is reported anew by events that name nobody',
    answer:
      'a row that replaces another keeps the service, and before a stop is promised all rows of the instance are read; the alert says that the stop is refused',
    shownBy: {
      file: 'test/attacks/owner-of-the-call.test.ts',
      name: 'is promised no stop when the exemption has ended under which the service was recorded',
    },
  },
  {
    id: 'service-that-is-heard-late',
    who: 'tagger',
    tries:
      'counts on a service whose call is reported after EC2’s notification, and which leaves no tag, to have its instance stopped',
    answer:
      'the record adds the service to the row, and before a stop is promised or made all rows of the instance are read for such a service. The alert of a notification that came before the record may have promised the stop; a second alert says that it is refused',
    shownBy: {
      file: 'test/attacks/owner-of-the-call.test.ts',
      name: 'is not stopped if EC2’s notification comes before the record that names the service',
    },
  },
]
