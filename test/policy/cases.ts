import { PASSED, type Rule } from '../../shared/rules/rule.ts'

const rule = (id: string, options: Rule['options'] = {}): Rule => ({
  id,
  title: `Title of ${id}`,
  why: `Why ${id}.`,
  severity: 'MEDIUM',
  events: ['launch'],
  reads: [],
  relatedControls: [],
  awsPage: 'https://docs.aws.amazon.com/',
  since: 1,
  remediation: 'Do it.',
  options,
  check: () => PASSED,
})

/** Rules of the tests' own, so that the format is tested apart from the rules that there are. */
export const TEST_RULES: readonly Rule[] = [
  rule('paravirtual-instance'),
  rule('xen-hypervisor'),
  rule('instance-family', {
    allow: { default: ['*'], doc: 'What may be launched.' },
    deny: { default: [], doc: 'What may not.' },
  }),
]

export const WHOLE = `version: 1
rules:
  paravirtual-instance: { mode: enforce, severity: HIGH }   # mode: off | observe | enforce
  instance-family: { mode: observe, allow: ["*"], deny: ["t1.*", "m1.*"] }
  xen-hypervisor: { mode: "off" }                            # YAML's bare off is accepted too
exemptions:
  - rule: paravirtual-instance        # or "*"
    match: { accountId: "123456789012", instanceType: "m1.*", autoScalingGroup: "legacy-*" }
    # also region, instanceId, imageId, tags; at least one key; wildcards allowed
    reason: billing host, moves in January
    owner: billing@example.com
    expires: 2027-01-31
stop:
  grace: 15m                          # between the alert and the stop
  budget: { stops: 5, per: 10m }      # per account; beyond it: alert only, and say so
`

/** A policy with one exemption that matches this. */
export const matching = (match: string, head = ''): string =>
  `version: 1\n${head}exemptions:\n  - { rule: "*", match: ${match}, reason: r, owner: o, expires: 2027-01-31 }\n`

/** A policy with one exemption that expires then. */
export const expiring = (expires: string): string =>
  `version: 1\nexemptions:\n  - { rule: "*", match: { region: x }, reason: r, owner: o, expires: ${expires} }\n`

export const ACCEPTED: Readonly<Record<string, string>> = {
  'accounts, regions and overrides':
    'version: 1\norganization: { accounts: { include: [{ ou: ou-ab12-11111111 }], exclude: [{ name: "x-*", tags: { a: "" } }] }, regions: { exclude: [me-*] } }\noverrides: [{ match: { accountId: "1*" }, rules: { xen-hypervisor: { mode: off } } }]',
  'the whole format': WHOLE,
  'the version alone': 'version: 1',
  JSON: '{"version": 1, "rules": {"xen-hypervisor": {"mode": "off"}}}',
  'a byte order mark': '\uFEFFversion: 1\n',
  'Windows line ends': 'version: 1\r\nrules: {}\r\n',
  'a bare off': 'version: 1\nrules: { xen-hypervisor: { mode: off } }',
  'false, which YAML 1.1 makes of off': 'version: 1\nrules: { xen-hypervisor: { mode: false } }',
  'a rule without settings': 'version: 1\nrules: { xen-hypervisor: {} }',
  'an empty deny list': 'version: 1\nrules: { instance-family: { deny: [] } }',
  'no exemptions': 'version: 1\nexemptions: []',
  'a match on an account': matching('{ accountId: "012345678901" }'),
  'a match on accounts': matching('{ accountId: "1234*" }'),
  'a match on every key': matching(
    '{ accountId: "*", region: eu-*, instanceId: i-0?, imageId: ami-*, instanceType: m1.small, autoScalingGroup: a b, address: module.a.*, tags: { "team:x": "l*", empty: "" } }',
    'allowTagExemptions: true\n',
  ),
  'an expiry in the past': expiring('2020-02-29'),
  'a quoted expiry': expiring('"2027-01-31"'),
  'no grace': 'version: 1\nstop: { grace: 0s }',
  'a long grace': 'version: 1\nstop: { grace: 1h30m }',
  'a budget of nothing': 'version: 1\nstop: { budget: { stops: 0 } }',
  'half a budget': 'version: 1\nstop: { budget: { per: 1d } }',
  'tags of owners that protect nothing': 'version: 1\nstop: { ownerTags: ignore }',
  'a budget that waits': 'version: 1\nstop: { budget: { then: wait } }',
  'sweeps that promise stops': 'version: 1\nstop: { existing: true, resume: sweep }',
}

/** What is refused, and the line that says so. */
export const REFUSED: Readonly<Record<string, readonly [text: string, line: string]>> = {
  'no version': ['rules: {}', 'p.yaml:1:1 version: is missing; write version: 1'],
  'another version': ['version: 2', 'p.yaml:1:1 version: 2 is not valid; write version: 1'],
  'a quoted version': ['version: "1"', 'p.yaml:1:1 version: "1" is not valid; write version: 1'],
  'a list': ['[1]', 'p.yaml:1:1 is a list; write a policy: version: 1, then rules, exemptions, stop, channels, routes'],
  nothing: [
    'null',
    'p.yaml:1:1 has no value; write a policy: version: 1, then rules, exemptions, stop, channels, routes',
  ],
  'a word': [
    'hello',
    'p.yaml:1:1 "hello" is not valid; write a policy: version: 1, then rules, exemptions, stop, channels, routes',
  ],
  'a misspelt key': [
    'version: 1\nexemption: []',
    'p.yaml:2:1 exemption: is not a key here; did you mean exemptions? valid: version, preset, rules, exemptions, allowTagExemptions, stop, accountNames, organization, overrides, channels, routes',
  ],
  'a misspelt rule': [
    'version: 1\nrules:\n  xen-hypervizor: { mode: off }',
    'p.yaml:3:3 rules.xen-hypervizor: is not a key here; did you mean xen-hypervisor? valid: paravirtual-instance, xen-hypervisor, instance-family',
  ],
  'a misspelt mode': [
    'version: 1\nrules:\n  xen-hypervisor: { mode: enforc }',
    'p.yaml:3:21 rules.xen-hypervisor.mode: "enforc" is not valid; did you mean enforce? valid: off, observe, enforce',
  ],
  'mode true': [
    'version: 1\nrules: { xen-hypervisor: { mode: true } }',
    'p.yaml:2:28 rules.xen-hypervisor.mode: true is not valid; write off, observe or enforce',
  ],
  'a severity in small letters': [
    'version: 1\nrules: { xen-hypervisor: { severity: high } }',
    'p.yaml:2:28 rules.xen-hypervisor.severity: "high" is not valid; did you mean HIGH? valid: INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL',
  ],
  'a rule without a value': [
    'version: 1\nrules:\n  xen-hypervisor:\n',
    'p.yaml:3:3 rules.xen-hypervisor: has no value; write settings, like { mode: observe }',
  ],
  'a mode in place of settings': [
    'version: 1\nrules: { xen-hypervisor: off }',
    'p.yaml:2:10 rules.xen-hypervisor: "off" is not valid; write settings, like { mode: observe }',
  ],
  'a name of an account that is a number': [
    'version: 1\naccountNames: { "123456789012": 7 }',
    'p.yaml:2:17 accountNames.123456789012: 7 is read as a number; write a name of at most 50 characters, on one line',
  ],
  'a name of an account that is too long': [
    `version: 1\naccountNames: { "123456789012": ${'a'.repeat(51)} }`,
    `p.yaml:2:17 accountNames.123456789012: "${'a'.repeat(51)}" is not valid; write a name of at most 50 characters, on one line`,
  ],
  'a name of no account': [
    'version: 1\naccountNames: { "1234*": a }',
    'p.yaml:2:17 accountNames.1234*: is not a key that can be used; write the id of an account in quotes: 12 digits',
  ],
  'account names in a list': [
    'version: 1\naccountNames: [a]',
    'p.yaml:2:1 accountNames: is a list; write ids with names, like { "123456789012": production }',
  ],
  "another rule's option": [
    'version: 1\nrules: { xen-hypervisor: { allow: [a] } }',
    'p.yaml:2:28 rules.xen-hypervisor.allow: is not a key here; valid: mode, severity',
  ],
  'an empty allow list': [
    'version: 1\nrules: { instance-family: { allow: [] } }',
    'p.yaml:2:29 rules.instance-family.allow: is empty; write a list of patterns, like ["t1.*", "m1.*"], or leave it out',
  ],
  'an empty pattern': [
    'version: 1\nrules: { instance-family: { deny: [""] } }',
    'p.yaml:2:36 rules.instance-family.deny[0]: is empty; write a pattern, like "t1.*"',
  ],
  'a pattern with a space at its end': [
    'version: 1\nrules: { instance-family: { deny: ["t1.* "] } }',
    'p.yaml:2:36 rules.instance-family.deny[0]: "t1.* " is not valid; write a pattern, like "t1.*"',
  ],
  'an empty match': [
    matching('{}'),
    'p.yaml:3:18 exemptions[0].match: is empty; write at least one of accountId, region, instanceId, imageId, instanceType, autoScalingGroup, address, tags',
  ],
  'a misspelt key in a match': [
    matching('{ acountId: "123456789012" }'),
    'p.yaml:3:27 exemptions[0].match.acountId: is not a key here; did you mean accountId? valid: accountId, region, instanceId, imageId, instanceType, autoScalingGroup, address, tags',
  ],
  'an account as a number': [
    matching('{ accountId: 012345678901 }'),
    'p.yaml:3:27 exemptions[0].match.accountId: 012345678901 is read as a number; write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?',
  ],
  'an account of 11 digits': [
    matching('{ accountId: "12345678901" }'),
    'p.yaml:3:27 exemptions[0].match.accountId: "12345678901" is not valid; write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?',
  ],
  'tags without consent': [
    matching('{ tags: { a: b } }'),
    'p.yaml:3:27 exemptions[0].match.tags: is not allowed here; matching by tag lets anybody who can tag exempt; if you want that, add allowTagExemptions: true at the top of the file',
  ],
  'tags where the file says that they are not allowed': [
    matching('{ tags: { a: b } }', 'allowTagExemptions: false\n'),
    'p.yaml:4:27 exemptions[0].match.tags: is not allowed here; matching by tag lets anybody who can tag exempt; if you want that, add allowTagExemptions: true at the top of the file',
  ],
  'no tags': [
    matching('{ tags: {} }', 'allowTagExemptions: true\n'),
    'p.yaml:4:27 exemptions[0].match.tags: is empty; write at least one tag as { KEY: "VALUE" }',
  ],
  'a wildcard in the key of a tag': [
    matching('{ tags: { "a*": b } }', 'allowTagExemptions: true\n'),
    'p.yaml:4:35 exemptions[0].match.tags.a*: is not a key that can be used; write the key of one tag as it is; only the value may have wildcards',
  ],
  'a tag that is no text': [
    matching('{ tags: { legacy: true } }', 'allowTagExemptions: true\n'),
    'p.yaml:4:35 exemptions[0].match.tags.legacy: true is read as a boolean; write the value of the tag in quotes; it may have wildcards',
  ],
  'consent that is no boolean': [
    'version: 1\nallowTagExemptions: "yes"',
    'p.yaml:2:1 allowTagExemptions: "yes" is not valid; write true or false',
  ],
  'an exemption from a misspelt rule': [
    WHOLE.replace('rule: paravirtual-instance', 'rule: paravirtul-instance'),
    'p.yaml:7:5 exemptions[0].rule: "paravirtul-instance" is not valid; did you mean paravirtual-instance? valid: paravirtual-instance, xen-hypervisor, instance-family, *',
  ],
  'an exemption without reason': [
    WHOLE.replace(/ {4}reason.*\n/, ''),
    'p.yaml:7:5 exemptions[0].reason: is missing; write why, in words that a stranger understands',
  ],
  'an exemption with a blank reason': [
    WHOLE.replace(/reason.*\n/, 'reason: "  "\n'),
    'p.yaml:10:5 exemptions[0].reason: is empty; write why, in words that a stranger understands',
  ],
  'an exemption without owner': [
    WHOLE.replace(/ {4}owner.*\n/, ''),
    'p.yaml:7:5 exemptions[0].owner: is missing; write who answers for it, like billing@example.com',
  ],
  'an exemption without expiry': [
    WHOLE.replace(/ {4}expires.*\n/, ''),
    'p.yaml:7:5 exemptions[0].expires: is missing; write the last day on which it counts (UTC) as YYYY-MM-DD, like 2027-01-31',
  ],
  'an exemption without match': [
    WHOLE.replace(/ {4}match.*\n/, ''),
    'p.yaml:7:5 exemptions[0].match: is missing; write at least one of accountId, region, instanceId, imageId, instanceType, autoScalingGroup, address, tags',
  ],
  'an expiry on no day of the calendar': [
    expiring('2027-02-30'),
    'p.yaml:3:61 exemptions[0].expires: "2027-02-30" is not valid; write the last day on which it counts (UTC) as YYYY-MM-DD, like 2027-01-31',
  ],
  'an expiry on the 29th of February of a common year': [
    expiring('2027-02-29'),
    'p.yaml:3:61 exemptions[0].expires: "2027-02-29" is not valid; write the last day on which it counts (UTC) as YYYY-MM-DD, like 2027-01-31',
  ],
  'an expiry with a time': [
    expiring('2027-01-31T10:00:00Z'),
    'p.yaml:3:61 exemptions[0].expires: "2027-01-31T10:00:00Z" is not valid; write the last day on which it counts (UTC) as YYYY-MM-DD, like 2027-01-31',
  ],
  'exemptions without a value': [
    'version: 1\nexemptions:\n',
    'p.yaml:2:1 exemptions: has no value; write a list of exemptions, or leave it out',
  ],
  'a grace without a unit': [
    'version: 1\nstop: { grace: 900 }',
    'p.yaml:2:9 stop.grace: 900 is read as a number; write a duration like 90s, 15m or 1h30m',
  ],
  'tags of owners that are perhaps trusted': [
    'version: 1\nstop: { ownerTags: maybe }',
    'p.yaml:2:9 stop.ownerTags: "maybe" is not valid; valid: trust, ignore',
  ],
  'a budget over no time': [
    'version: 1\nstop: { budget: { per: 0m } }',
    'p.yaml:2:19 stop.budget.per: "0m" is not valid; write a duration longer than nothing, like 10m',
  ],
  'a budget that does something else then': [
    'version: 1\nstop: { budget: { then: stop } }',
    'p.yaml:2:19 stop.budget.then: "stop" is not valid; valid: leave, wait',
  ],
  'existing as a word': [
    'version: 1\nstop: { existing: all }',
    'p.yaml:2:9 stop.existing: "all" is not valid; write true or false',
  ],
  'what is resumed by nobody': [
    'version: 1\nstop: { resume: now }',
    'p.yaml:2:9 stop.resume: "now" is not valid; valid: leave, sweep',
  ],
  'half a stop': [
    'version: 1\nstop: { budget: { stops: 1.5 } }',
    'p.yaml:2:19 stop.budget.stops: 1.5 is not valid; write a whole number, 0 or more',
  ],
  'fewer than no stops': [
    'version: 1\nstop: { budget: { stops: -1 } }',
    'p.yaml:2:19 stop.budget.stops: -1 is not valid; write a whole number, 0 or more',
  ],
  'more stops than can be counted': [
    'version: 1\nstop: { budget: { stops: 1e300 } }',
    'p.yaml:2:19 stop.budget.stops: 1e300 is not valid; write a whole number, 0 or more',
  ],
}

/** What no JSON Schema sees, because it is no readable YAML or nothing at all. */
export const UNREADABLE: Readonly<Record<string, readonly [text: string, line: string]>> = {
  'an empty file': ['', 'p.yaml:1:1 is empty; write at least version: 1'],
  'an empty document': [
    '---\n',
    'p.yaml:1:1 has no value; write a policy: version: 1, then rules, exemptions, stop, channels, routes',
  ],
  'a directive alone': [
    '%YAML 1.2',
    'p.yaml:1:10 cannot be read as YAML: Missing directives-end indicator line; correct this line',
  ],
  'comments alone': ['# later\n', 'p.yaml:1:1 is empty; write at least version: 1'],
  'a key twice': ['version: 1\nversion: 1', 'p.yaml:2:1 version: is given twice; keep one (the first is on line 1)'],
  'two documents': ['version: 1\n---\nversion: 1', 'p.yaml:2:1 a second YAML document; keep one policy in a file'],
  'an alias': ['version: &one 1\nrules: *one', 'p.yaml:2:8 rules: is an alias; write the value itself'],
  'an alias of nothing': ['version: *one', 'p.yaml:1:10 version: is an alias; write the value itself'],
  'a tab': [
    'version: 1\nrules:\n\txen-hypervisor: {}',
    'p.yaml:3:1 cannot be read as YAML: Tabs are not allowed as indentation; correct this line',
  ],
  'a tag': ['version: !!binary aGk=', 'p.yaml:1:19 version: has the tag tag:yaml.org,2002:binary; remove it'],
  'a list as a key': ['? [a]\n: 1', 'p.yaml:1:3 ?: is no key; write a word'],
  'an unfinished list': [
    'version: [1',
    'p.yaml:1:12 cannot be read as YAML: Flow sequence in block collection must be sufficiently indented and end with a ]; correct this line',
  ],
  'the key of every prototype': [
    'version: 1\n__proto__: {}',
    'p.yaml:2:1 __proto__: is no key that can be used; remove it',
  ],
  'deep nesting': ['['.repeat(20_000), 'p.yaml:1:1 is nested too deeply; a policy needs five levels'],
  'deep nesting without brackets': ['- '.repeat(20_000), 'p.yaml:1:1 is nested too deeply; a policy needs five levels'],
}
