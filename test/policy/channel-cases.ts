// Channels and routes. The rules are those of cases.ts: paravirtual-instance, xen-hypervisor, instance-family, all MEDIUM.

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:slack/ops-AbCdEf'

export const CHANNELS = `version: 1
rules: { paravirtual-instance: { mode: enforce, severity: HIGH }, xen-hypervisor: { mode: off } }
channels:
  ops:   { type: slack, secret: "${SECRET}", channel: C0123ABCD, api: "https://slack-gov.com/api/" }
  hook:  { type: slack-webhook, secret: "${SECRET}" }
  teams: { type: teams, secret: "${SECRET}", key: "arn:aws:kms:eu-central-1:123456789012:key/1234-abcd" }
  siem:  { type: webhook, secret: "${SECRET}" }
  lake:  { type: webhook, secret: "${SECRET}", format: ocsf }
  chat:  { type: amazon-q }
  hub:   { type: security-hub }
  bus:   { type: event-bus }
  other-bus: { type: event-bus, bus: "arn:aws:events:eu-central-1:123456789012:event-bus/security/x" }
  mail:  { type: email, addresses: [ops@example.com] }
`

export const ROUTED = `${CHANNELS}routes:
  - match: { severity: [HIGH, CRITICAL], rule: ["paravirtual-*"], accountId: ["123456789012", "2*"], region: [eu-*], mode: enforce }
    to: [ops, hub, siem, lake]
    # Not at night.
  - to: [hook, teams, chat]
    quiet: { from: 22:00, to: "07:00", zone: Europe/Berlin }
  - match: {}
    to: [bus, other-bus]
  - match: { severity: [MEDIUM, LOW] }
    to: [mail]
    daily: { at: "08:00", zone: UTC }
`

const channel = (written: string): string => `version: 1\nchannels:\n  a: ${written}\n`

/** Some channels and one route. */
const route = (written: string): string =>
  `version: 1\nrules: { xen-hypervisor: { mode: off } }\nchannels: { ops: { type: email, addresses: [a@example.com] } }\nroutes:\n  - ${written}\n`

const many = (count: number): string => Array.from({ length: count }, (_, n) => `c${n}: { type: amazon-q }`).join(', ')
const addresses = (count: number): string => Array.from({ length: count }, (_, n) => `u${n}@example.com`).join(', ')

export const ACCEPTED_CHANNELS: Readonly<Record<string, string>> = {
  'every type of channel': CHANNELS,
  'every kind of route': ROUTED,
  'no channels and no routes': 'version: 1\nchannels: {}\nroutes: []',
  'a secret of another partition': channel(
    '{ type: teams, secret: "arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:teams-AbCdEf" }',
  ),
  'a server on this machine': channel(
    `{ type: slack, secret: "${SECRET}", channel: C0123ABCD, api: "https://127.0.0.1:8080/api/" }`,
  ),
  'a route of what is observed': route('{ to: [ops], match: { mode: observe } }'),
  'a route of two rules': route('{ to: [ops], match: { rule: [paravirtual-instance, instance-family] } }'),
  'twenty channels': `version: 1\nchannels: { ${many(20)} }`,
}

type Refused = Readonly<Record<string, readonly [text: string, line: string]>>

const ARN_TODO =
  'write the whole ARN of a secret, like arn:aws:secretsmanager:eu-central-1:123456789012:secret:NAME-AbCdEf'
const NAME_TODO =
  'is not a key that can be used; write lower case letters and digits, in words with dashes, at most 24; events, alerts, stops and undelivered are taken'
const TIME_TODO = 'write a time of the day in quotes, like "07:00"'
const ADDRESSES_TODO = 'write a list of e-mail addresses, like [ops@example.com], each once, at most 20'

/** What each channel or route says of itself. A JSON Schema sees all of it. */
export const REFUSED_CHANNELS: Refused = {
  'channels as a list': [
    'version: 1\nchannels: [ops]',
    'p.yaml:2:1 channels: is a list; write channels by name, like ops: { type: email, addresses: [ops@example.com] }, at most 20, or leave it out',
  ],
  'a channel without a type': [
    channel('{ secret: x }'),
    'p.yaml:3:3 channels.a.type: is missing; write a type: slack, slack-webhook, teams, webhook, amazon-q, security-hub, event-bus, email',
  ],
  'a misspelt type': [
    channel('{ type: slak }'),
    'p.yaml:3:8 channels.a.type: "slak" is not valid; did you mean slack? valid: slack, slack-webhook, teams, webhook, amazon-q, security-hub, event-bus, email',
  ],
  'a type in place of a channel': [
    channel('slack'),
    'p.yaml:3:3 channels.a: "slack" is not valid; write a type: slack, slack-webhook, teams, webhook, amazon-q, security-hub, event-bus, email',
  ],
  'a name with capitals': [
    'version: 1\nchannels: { Ops: { type: amazon-q } }',
    `p.yaml:2:13 channels.Ops: ${NAME_TODO}`,
  ],
  'a digit after a dash, which would be the name without it': [
    'version: 1\nchannels: { ops-1: { type: amazon-q } }',
    `p.yaml:2:13 channels.ops-1: ${NAME_TODO}`,
  ],
  'a name of our own queues': [
    'version: 1\nchannels: { stops: { type: amazon-q } }',
    `p.yaml:2:13 channels.stops: ${NAME_TODO}`,
  ],
  'a long name': [
    `version: 1\nchannels: { ${'a'.repeat(25)}: { type: amazon-q } }`,
    `p.yaml:2:13 channels.${'a'.repeat(25)}: ${NAME_TODO}`,
  ],
  'too many channels': [
    `version: 1\nchannels: { ${many(21)} }`,
    'p.yaml:2:1 channels: is a mapping; write channels by name, like ops: { type: email, addresses: [ops@example.com] }, at most 20, or leave it out',
  ],
  'a key of another type': [
    channel('{ type: amazon-q, secret: x }'),
    'p.yaml:3:24 channels.a.secret: is not a key here; valid: type',
  ],
  'a misspelt key': [
    channel(`{ type: slack, secret: "${SECRET}", channel: C0123ABCD, apy: x }`),
    'p.yaml:3:125 channels.a.apy: is not a key here; did you mean api? valid: type, secret, key, channel, api',
  ],
  'a token in place of an ARN': [
    channel('{ type: teams, secret: "https://example.com/hook" }'),
    `p.yaml:3:21 channels.a.secret: is not valid, and not shown here, because it may be a secret; ${ARN_TODO}`,
  ],
  'an empty secret': [channel('{ type: teams, secret: "" }'), `p.yaml:3:21 channels.a.secret: is empty; ${ARN_TODO}`],
  'a blank secret': [channel('{ type: teams, secret: " " }'), `p.yaml:3:21 channels.a.secret: is empty; ${ARN_TODO}`],
  'a password in an address': [
    channel(`{ type: slack, secret: "${SECRET}", channel: C0123ABCD, api: "https://user:password@slack.com/api/" }`),
    'p.yaml:3:125 channels.a.api: is not valid, and not shown here, because it may be a secret; write an address with a slash at its end, like https://slack-gov.com/api/, or leave it out',
  ],
  'an ARN without its last six characters': [
    channel('{ type: teams, secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x" }'),
    `p.yaml:3:21 channels.a.secret: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x" is not valid; ${ARN_TODO}`,
  ],
  'no secret': [channel('{ type: webhook }'), `p.yaml:3:3 channels.a.secret: is missing; ${ARN_TODO}`],
  'an alias of a key': [
    channel(`{ type: teams, secret: "${SECRET}", key: alias/x }`),
    'p.yaml:3:105 channels.a.key: "alias/x" is not valid; write the ARN of a key, like arn:aws:kms:eu-central-1:123456789012:key/ID, or leave it out',
  ],
  "a Slack channel's name": [
    channel(`{ type: slack, secret: "${SECRET}", channel: "#ops" }`),
    'p.yaml:3:105 channels.a.channel: "#ops" is not valid; write the id of the channel, like C0123ABCD; Slack shows it at the end of the details of the channel',
  ],
  'a plain HTTP address': [
    channel(`{ type: slack, secret: "${SECRET}", channel: C0123ABCD, api: "http://slack.com/api/" }`),
    'p.yaml:3:125 channels.a.api: "http://slack.com/api/" is not valid; write an address with a slash at its end, like https://slack-gov.com/api/, or leave it out',
  ],
  'plain HTTP to this machine': [
    channel(`{ type: slack, secret: "${SECRET}", channel: C0123ABCD, api: "http://127.0.0.1:8080/api/" }`),
    'p.yaml:3:125 channels.a.api: "http://127.0.0.1:8080/api/" is not valid; write an address with a slash at its end, like https://slack-gov.com/api/, or leave it out',
  ],
  'a format that there is not': [
    channel(`{ type: webhook, secret: "${SECRET}", format: xml }`),
    'p.yaml:3:107 channels.a.format: "xml" is not valid; valid: alert, ocsf',
  ],
  'the ARN of a queue as a bus': [
    channel('{ type: event-bus, bus: "arn:aws:sqs:eu-central-1:123456789012:x" }'),
    'p.yaml:3:25 channels.a.bus: "arn:aws:sqs:eu-central-1:123456789012:x" is not valid; write the name or the ARN of an event bus, like default',
  ],
  'no addresses': [
    channel('{ type: email, addresses: [] }'),
    `p.yaml:3:21 channels.a.addresses: is empty; ${ADDRESSES_TODO}`,
  ],
  'an address twice': [
    channel('{ type: email, addresses: [a@example.com, a@example.com] }'),
    `p.yaml:3:21 channels.a.addresses: is a list; ${ADDRESSES_TODO}`,
  ],
  'too many addresses': [
    channel(`{ type: email, addresses: [${addresses(21)}] }`),
    `p.yaml:3:21 channels.a.addresses: is a list; ${ADDRESSES_TODO}`,
  ],
  'something else than an address': [
    channel('{ type: email, addresses: ["ops@example.com,x@example.com"] }'),
    'p.yaml:3:33 channels.a.addresses[0]: "ops@example.com,x@example.com" is not valid; write an e-mail address, like ops@example.com',
  ],
  'a route without a target': [
    route('{ match: {} }'),
    'p.yaml:5:5 routes[0].to: is missing; write a list of channels, like [ops]',
  ],
  'a route to nobody': [route('{ to: [] }'), 'p.yaml:5:7 routes[0].to: is empty; write a list of channels, like [ops]'],
  'a target in place of a list': [
    route('{ to: ops }'),
    'p.yaml:5:7 routes[0].to: "ops" is not valid; write a list of channels, like [ops]',
  ],
  'a route that is a word': [
    route('ops'),
    'p.yaml:5:5 routes[0]: "ops" is not valid; write a route, like { match: { severity: [HIGH] }, to: [ops] }',
  ],
  'too many routes': [
    `version: 1\nchannels: { a: { type: amazon-q } }\nroutes:\n${'  - { to: [a] }\n'.repeat(51)}`,
    'p.yaml:3:1 routes: is a list; write a list of routes, at most 50, or leave it out',
  ],
  'an empty list in a match': [
    route('{ to: [ops], match: { severity: [] } }'),
    'p.yaml:5:27 routes[0].match.severity: is empty; write a list of severities, like [HIGH, CRITICAL], or leave it out',
  ],
  'one severity in place of a list': [
    route('{ to: [ops], match: { severity: HIGH } }'),
    'p.yaml:5:27 routes[0].match.severity: "HIGH" is not valid; write a list of severities, like [HIGH, CRITICAL], or leave it out',
  ],
  'a misspelt severity': [
    route('{ to: [ops], match: { severity: [HIG] } }'),
    'p.yaml:5:38 routes[0].match.severity[0]: "HIG" is not valid; did you mean HIGH? valid: INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL',
  ],
  'a misspelt key of a match': [
    route('{ to: [ops], match: { account: ["123456789012"] } }'),
    'p.yaml:5:27 routes[0].match.account: is not a key here; did you mean accountId? valid: severity, rule, accountId, region, mode',
  ],
  'an account without quotes': [
    route('{ to: [ops], match: { accountId: [123456789012] } }'),
    'p.yaml:5:39 routes[0].match.accountId[0]: 123456789012 is read as a number; write 12 digits in quotes, like "123456789012", or a pattern of digits, * and ?',
  ],
  'a region with a space': [
    route('{ to: [ops], match: { region: [" eu-*"] } }'),
    'p.yaml:5:36 routes[0].match.region[0]: " eu-*" is not valid; write a region or a pattern, like eu-central-1 or eu-*',
  ],
  'the mode off': [
    route('{ to: [ops], match: { mode: off } }'),
    'p.yaml:5:27 routes[0].match.mode: "off" is not valid; valid: observe, enforce',
  ],
  'half of quiet hours': [
    route('{ to: [ops], quiet: { from: "22:00", zone: UTC } }'),
    `p.yaml:5:18 routes[0].quiet.to: is missing; ${TIME_TODO}`,
  ],
  'a time that there is not': [
    route('{ to: [ops], daily: { at: "24:00", zone: UTC } }'),
    `p.yaml:5:27 routes[0].daily.at: "24:00" is not valid; ${TIME_TODO}`,
  ],
  'an hour without minutes': [
    route('{ to: [ops], daily: { at: 8, zone: UTC } }'),
    `p.yaml:5:27 routes[0].daily.at: 8 is read as a number; ${TIME_TODO}`,
  ],
  'no time zone': [
    route('{ to: [ops], daily: { at: "08:00" } }'),
    'p.yaml:5:18 routes[0].daily.zone: is missing; write a time zone, like Europe/Berlin or UTC',
  ],
  'an offset in place of a time zone': [
    route('{ to: [ops], daily: { at: "08:00", zone: "+01:00" } }'),
    'p.yaml:5:40 routes[0].daily.zone: "+01:00" is not valid; write a time zone, like Europe/Berlin or UTC',
  ],
}

const two = (written: string): string =>
  `version: 1\nrules: { paravirtual-instance: { severity: HIGH }, xen-hypervisor: { mode: off } }\nchannels:\n  ops: { type: amazon-q }\n  hub: { type: security-hub }\nroutes:\n  - { to: [ops, hub] }\n  - ${written}\n`

/** What does not fit together, or into the calendar: only the loader sees it. */
export const CONTRADICTIONS: Refused = {
  'a channel that is not there': [
    two('{ to: [opps] }'),
    'p.yaml:8:12 routes[1].to[0]: "opps" is no channel; did you mean ops? valid: ops, hub',
  ],
  'a channel like what every object has': [
    two('{ to: [constructor] }'),
    'p.yaml:8:12 routes[1].to[0]: "constructor" is no channel; valid: ops, hub',
  ],
  'a route where there are no channels': [
    'version: 1\nroutes:\n  - { to: [ops] }',
    'p.yaml:3:12 routes[0].to[0]: "ops" is no channel, because there are none; write some under channels',
  ],
  'a channel twice in a route': [
    two('{ to: [ops, ops] }'),
    'p.yaml:8:17 routes[1].to[1]: "ops" is named twice; keep one',
  ],
  'a channel that no route names': [
    'version: 1\nchannels:\n  ops: { type: amazon-q }\n  hub: { type: security-hub }\nroutes:\n  - { to: [ops] }',
    'p.yaml:4:3 channels.hub: is in no route; name it in one, or remove it',
  ],
  'an address in two channels': [
    'version: 1\nchannels:\n  a: { type: email, addresses: [a@example.com] }\n  b: { type: email, addresses: [b@example.com, a@example.com] }',
    'p.yaml:4:48 channels.b.addresses[1]: "a@example.com" is in the channel a, too; keep it in one of them',
  ],
  'a rule that there is not': [
    two('{ to: [ops], match: { rule: [xen-hypervizor] } }'),
    'p.yaml:8:34 routes[1].match.rule[0]: "xen-hypervizor" is no rule; did you mean xen-hypervisor? valid: paravirtual-instance, xen-hypervisor, instance-family',
  ],
  'a pattern of no rule': [
    two('{ to: [ops], match: { rule: ["*-instance", "nitro-*"] } }'),
    'p.yaml:8:48 routes[1].match.rule[1]: "nitro-*" is no rule; valid: paravirtual-instance, xen-hypervisor, instance-family',
  ],
  'a rule that is off': [
    two('{ to: [ops], match: { rule: [xen-*] } }'),
    'p.yaml:8:27 routes[1].match.rule: matches only rules that are off; turn one on, or remove the route',
  ],
  'a severity that no rule has': [
    two('{ to: [ops], match: { severity: [CRITICAL, LOW] } }'),
    'p.yaml:8:27 routes[1].match.severity: is that of no rule that is on; they have HIGH, MEDIUM',
  ],
  'enforce where no rule enforces': [
    two('{ to: [ops], match: { mode: enforce } }'),
    'p.yaml:8:27 routes[1].match.mode: "enforce" is the mode of no rule; set one to it, or leave the mode out',
  ],
  'a rule and a severity that it does not have': [
    two('{ to: [ops], match: { rule: [instance-family], severity: [HIGH] } }'),
    'p.yaml:8:18 routes[1].match: matches nothing: no rule that is on has all of this; leave something out',
  ],
  'a rule and a mode that another rule has': [
    'version: 1\nrules: { paravirtual-instance: { mode: enforce } }\nchannels: { ops: { type: amazon-q } }\nroutes:\n  - { to: [ops] }\n  - { to: [ops], match: { rule: [instance-family], mode: enforce } }',
    'p.yaml:6:18 routes[1].match: matches nothing: no rule that is on has all of this; leave something out',
  ],
  'quiet hours and a daily digest': [
    two('{ to: [ops], quiet: { from: "22:00", to: "07:00", zone: UTC }, daily: { at: "08:00", zone: UTC } }'),
    'p.yaml:8:68 routes[1].daily: cannot go together with quiet; leave one of them out',
  ],
  'quiet hours of no time': [
    two('{ to: [ops], quiet: { from: "22:00", to: "22:00", zone: UTC } }'),
    'p.yaml:8:42 routes[1].quiet.to: "22:00" is when they begin; write another time, or use daily',
  ],
  'a time zone that there is not': [
    two('{ to: [ops], quiet: { from: "22:00", to: "07:00", zone: Europe/Brelin } }'),
    'p.yaml:8:55 routes[1].quiet.zone: "Europe/Brelin" is no time zone that is known; write one like Europe/Berlin, or UTC',
  ],
  'a time zone of a digest that there is not': [
    two('{ to: [ops], daily: { at: "07:00", zone: Mars/Phobos } }'),
    'p.yaml:8:40 routes[1].daily.zone: "Mars/Phobos" is no time zone that is known; write one like Europe/Berlin, or UTC',
  ],
  'holding what programs read': [
    two('{ to: [ops, hub], daily: { at: "07:00", zone: UTC } }'),
    'p.yaml:8:17 routes[1].to[1]: "hub" is read by programs, and nothing waits for it; give it a route without quiet and daily',
  ],
}
