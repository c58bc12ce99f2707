const with1 = (more: string): string => `version: 1\n${more}\n`

const ID = '0123456789abcdef0'

/** Settings that are accepted: one of each option. */
export const ACCEPTED: Readonly<Record<string, string>> = {
  'nothing but the version': 'version: 1\n',
  'as JSON': '{"version":1,"live":true}',
  policy: with1('policy: policy.yaml'),
  addresses: with1('addresses: [ops@example.com, user@example.com]'),
  subscribers: with1('subscribers: own'),
  live: with1('live: true'),
  'sweepRegions by a word': with1('sweepRegions: all'),
  'sweepRegions by name': with1('sweepRegions: [eu-central-1, us-gov-west-1]'),
  dailySweep: with1('dailySweep: rule'),
  'dailySweep that YAML 1.1 tools wrote': with1('dailySweep: false'),
  tags: with1('tags: { team: platform, "cost-centre": "4711", empty: "" }'),
  namePrefix: with1('namePrefix: team-a'),
  permissionsBoundary: with1('permissionsBoundary: arn:aws:iam::123456789012:policy/company/boundary'),
  rolePath: with1('rolePath: /guards/ec2/'),
  logRetention: with1('logRetention: 365'),
  'logRetention without an end': with1('logRetention: forever'),
  deletionProtection: with1('deletionProtection: true'),
  pointInTimeRecovery: with1('pointInTimeRecovery: false'),
  kmsKey: with1('kmsKey: arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
  vpc: with1(`vpc: { subnets: [subnet-${ID}, subnet-01234567], securityGroups: [sg-${ID}] }`),
  reservedConcurrency: with1('reservedConcurrency: { evaluate: 5, enforce: 3 }'),
  xray: with1('xray: true'),
  codeSigningConfig: with1(`codeSigningConfig: arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-${ID}`),
  fips: with1('fips: true'),
  organization: with1('organization: o-a1b2c3d4e5'),
  hook: with1('hook: warn'),
  'a hook that stops what is not known': with1('hook: fail\nhookUnknown: fail\nhookErrors: pass'),
}

const days =
  '1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; or forever'

/** Settings that are refused, and the line that says why. */
export const REFUSED: Readonly<Record<string, readonly [text: string, line: string]>> = {
  'no version': ['live: true\n', 's:1:1 version: is missing; write version: 1'],
  'another version': ['version: 2\n', 's:1:1 version: 2 is not valid; write version: 1'],
  'a misspelt key': [
    with1('rolPath: /guards/'),
    's:2:1 rolPath: is not a key here; did you mean rolePath? valid: version, policy, addresses, subscribers, live, sweepRegions, dailySweep, tags, namePrefix, permissionsBoundary, rolePath, logRetention, deletionProtection, pointInTimeRecovery, kmsKey, vpc, reservedConcurrency, xray, codeSigningConfig, fips, organization, hook, hookUnknown, hookErrors',
  ],
  'a misspelt key of a mapping': [
    with1(`vpc: { subnet: [subnet-${ID}], subnets: [subnet-${ID}], securityGroups: [sg-${ID}] }`),
    's:2:8 vpc.subnet: is not a key here; did you mean subnets? valid: subnets, securityGroups',
  ],
  'an empty policy': [with1('policy: ""'), 's:2:1 policy: is empty; write the file of the policy'],
  'an address that is none': [
    with1('addresses: [ops]'),
    's:2:13 addresses[0]: "ops" is not valid; write an address, like ops@example.com',
  ],
  'no address': [with1('addresses: []'), 's:2:1 addresses: is empty; write a list of addresses, or leave it out'],
  'other subscribers': [with1('subscribers: all'), 's:2:1 subscribers: "all" is not valid; valid: own'],
  'a word for a flag': [with1('live: on'), 's:2:1 live: "on" is not valid; write true or false'],
  'a region that is none': [
    with1('sweepRegions: [Frankfurt]'),
    's:2:16 sweepRegions[0]: "Frankfurt" is not valid; write a region, like eu-central-1',
  ],
  'another word for the regions': [
    with1('sweepRegions: every'),
    's:2:1 sweepRegions: "every" is not valid; write own, all or a list of regions, like [eu-central-1]',
  ],
  'another word for the sweep': [
    with1('dailySweep: schedule'),
    's:2:1 dailySweep: "schedule" is not valid; did you mean scheduler? valid: scheduler, rule, off',
  ],
  'a tag of AWS': [
    with1('tags: { "aws:team": a }'),
    's:2:9 tags.aws:team: is not a key that can be used; write the key of a tag: at most 128 letters, digits and _.:/=+@-',
  ],
  'a tag that is a number': [
    with1('tags: { costs: 4711 }'),
    's:2:9 tags.costs: 4711 is read as a number; write a text of at most 256 letters, digits and _.:/=+@-; a number in quotes',
  ],
  'a prefix with capitals': [
    with1('namePrefix: Team'),
    's:2:1 namePrefix: "Team" is not valid; write lower case letters, digits and single dashes, at most 20, like team-a',
  ],
  'a boundary that is no policy': [
    with1('permissionsBoundary: boundary'),
    's:2:1 permissionsBoundary: "boundary" is not valid; write the ARN of a policy, like arn:aws:iam::123456789012:policy/boundary',
  ],
  'a path without slashes': [
    with1('rolePath: guards'),
    's:2:1 rolePath: "guards" is not valid; write a path between slashes, like /guards/',
  ],
  'a retention that CloudWatch does not have': [
    with1('logRetention: 100'),
    `s:2:1 logRetention: 100 is not valid; write a number of days: ${days}`,
  ],
  'an alias of a key': [
    with1('kmsKey: alias/mine'),
    's:2:1 kmsKey: "alias/mine" is not valid; write the ARN of a key, not of an alias, like arn:aws:kms:eu-central-1:123456789012:key/ID',
  ],
  'a network without groups': [
    with1(`vpc: { subnets: [subnet-${ID}] }`),
    's:2:1 vpc.securityGroups: is missing; write a list of security groups',
  ],
  'less than the queue starts': [
    with1('reservedConcurrency: { evaluate: 4 }'),
    's:2:24 reservedConcurrency.evaluate: 4 is not valid; write a whole number, 5 or more',
  ],
  'a configuration of another service': [
    with1('codeSigningConfig: arn:aws:kms:x'),
    's:2:1 codeSigningConfig: "arn:aws:kms:x" is not valid; write the ARN of a code signing configuration, arn:aws:lambda:REGION:ACCOUNT:code-signing-config:csc-…',
  ],
  'an organization that is none': [
    with1('organization: r-ab12'),
    's:2:1 organization: "r-ab12" is not valid; write the id of the organization, like o-a1b2c3d4e5',
  ],
  'another word for hook': [with1('hook: block'), 's:2:1 hook: "block" is not valid; valid: warn, fail'],
  'another word for what the hook does': [
    with1('hook: fail\nhookErrors: warn'),
    's:3:1 hookErrors: "warn" is not valid; valid: pass, fail',
  ],
}
