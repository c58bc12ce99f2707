/** What somebody tries who may name templates, groups and images. */
import type { Attempt } from '../model.ts'

export const authorAttempts: readonly Attempt[] = [
  {
    id: 'mentions-in-names',
    who: 'author',
    tries: 'puts mentions, links, markup or control characters into names that an alert shows',
    answer: 'every channel shows names of strangers as plain text',
    shownBy: {
      file: 'test/channels/untrusted.test.ts',
      name: 'brings no mention, link or emoji into Slack: every angle bracket is escaped, and every text is literal',
    },
  },
  {
    id: 'name-that-misleads',
    who: 'author',
    tries: 'names an instance or an image like an id, a verdict or the next line of an alert',
    answer:
      'a name stands in quotation marks that it cannot end, on one line, beside the id and never in its place; nothing is decided on it',
    shownBy: { file: 'test/alert/names.test.ts', name: 'cannot end its quotation, or begin a line of its own: %j' },
  },
  {
    id: 'text-in-the-report',
    who: 'author',
    tries: 'puts a script or a formula into a name that the report shows',
    answer: 'text stays text, and the page runs no other script and asks the network for nothing',
    shownBy: { file: 'test/report/safety.test.ts', name: 'shows text of an event as text, wherever it is shown' },
  },
  {
    id: 'exempt-name-in-a-refused-group',
    who: 'author',
    tries: 'asks for a group with the name of an exempt one, so that nobody hears that it is refused',
    answer: 'the name in a call exempts nothing; only the notification of Auto Scaling says for which group it was',
    shownBy: {
      file: 'test/facts/doors.test.ts',
      name: 'is nobody’s group yet: whoever calls cannot make it exempt by a name',
    },
  },
  {
    id: 'names-that-fill-a-message',
    who: 'author',
    tries: 'fills names and tags until the alert is too large for SNS',
    answer: 'a message keeps SNS’s limit whatever the names are, and says how much it leaves out',
    shownBy: {
      file: 'test/alert/sns-message.test.ts',
      name: 'keeps the limit, and is read back unchanged, whatever the names and the kind',
    },
  },
  {
    id: 'characters-that-are-not-seen',
    who: 'author',
    tries: 'names a group with characters that are not seen, so that it looks like the one that is exempt',
    answer: 'a pattern with such characters is named where the policy is validated',
    shownBy: {
      file: 'test/policy/pattern-slips.test.ts',
      name: 'is reported if a name has invisible characters',
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
    id: 'text-without-a-limit',
    who: 'author',
    tries: 'writes an instance type, an image or any other text of 90,000 characters into a call',
    answer: 'a text of an event is read with its two ends only if it is longer than AWS allows',
    shownBy: {
      file: 'test/facts/any-json.test.ts',
      name: 'has a short text of every place, however long it is there',
    },
  },
  {
    id: 'refused-first-by-a-stranger',
    who: 'author',
    tries: 'is refused a fleet of somebody else’s template first, so that the owner’s own refusal is no news for a day',
    answer: 'a refusal is known by its caller as well, without the name of the session',
    shownBy: {
      file: 'test/facts/doors.test.ts',
      name: 'hides nothing that another caller is refused by the same template',
    },
    accepted:
      'fleets that EC2 Fleet maintains by its own role have one caller: those of one template are alerted together',
  },
  {
    id: 'exempt-name-in-a-template',
    who: 'author',
    tries: 'gives a resource of a template the logical id of one that is exempt, so that the hook lets it through',
    answer:
      'an exemption can ask for the image, the type or the account as well, and the account is that of the function',
    shownBy: {
      file: 'test/functions/hook/handler.test.ts',
      name: 'of another account counts there alone, whatever account the request names',
    },
    accepted:
      'an exemption by the address alone is open to whoever writes templates; what is launched is not exempt by it',
  },
  {
    id: 'errors-of-the-hook',
    who: 'author',
    tries: 'makes the reads of the hook fail, so that it lets a misfit through',
    answer: 'what the request itself shows is refused all the same, and an alarm tells operations',
    shownBy: {
      file: 'test/functions/hook/handler.test.ts',
      name: 'does not let through what the request alone shows: a type that the rule refuses',
    },
    accepted:
      'what only a read could show is let through unless the settings say otherwise, as a hook that fails would stop every deployment; the launch is evaluated when it is made',
  },
  {
    id: 'address-for-the-hook',
    who: 'author',
    tries: 'has the hook fetch an address of its own choice',
    answer: 'the hook is for single resources, and fetches nothing from an address in a request',
    shownBy: {
      file: 'test/functions/hook/handler.test.ts',
      name: 'calls nothing but AWS, also where a request has an address',
    },
  },
]
