import { describe, expect, test } from '@jest/globals'
import {
  ACCOUNT,
  ADDRESS,
  BUS,
  CHANNEL_NAME,
  KEY_ARN,
  SECRET_ARN,
  SLACK_API,
  SLACK_CHANNEL,
  TIME,
  ZONE,
} from '../../shared/policy/channel-words.ts'

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slack/token-a1B2c3'
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const BUS_ARN = 'arn:aws:events:us-east-1:123456789012:event-bus/security'
const letters = (count: number): string => 'a'.repeat(count)

type Forms = readonly [name: string, form: RegExp, taken: readonly string[], refused: readonly string[]]

const FORMS: readonly Forms[] = [
  [
    'the name of a channel',
    CHANNEL_NAME,
    ['a', 'ops', 'team-blue', 'a1-b2-c3', 'events-a', 'my-events', letters(24)],
    [
      '',
      'Ops',
      '1a',
      'a-1',
      'a--b',
      'a-',
      '-a',
      'a_b',
      'events',
      'alerts',
      'stops',
      'undelivered',
      letters(25),
      'a\nb',
    ],
  ],
  [
    'the whole ARN of a secret',
    SECRET_ARN,
    [SECRET, SECRET.replace('arn:aws:', 'arn:aws-us-gov:'), SECRET.replace('slack/token', 'a.b+c=d@e_f-g')],
    [
      `x${SECRET}`,
      `${SECRET}-`,
      SECRET.replace('-a1B2c3', ''),
      SECRET.replace('a1B2c3', 'a1B2c'),
      SECRET.replace('123456789012', '12345678901'),
      SECRET.replace('123456789012', '12345678901x'),
      SECRET.replace('us-east-1', 'US'),
      SECRET.replace('us-east-1', ''),
      SECRET.replace('arn:aws:', 'arn:awsX:'),
      SECRET.replace('slack/token', 'slack token'),
      SECRET.replace('slack/token', ''),
    ],
  ],
  [
    'the ARN of a key',
    KEY_ARN,
    [KEY, KEY.replace('arn:aws:', 'arn:aws-cn:')],
    [
      `x${KEY}`,
      `${KEY}/`,
      KEY.replace('key/', 'alias/'),
      KEY.replace('123456789012', '1234'),
      KEY.replace('123456789012', '12345678901x'),
      KEY.replace('us-east-1', 'US'),
      KEY.replace('us-east-1', ''),
      KEY.replace('arn:aws:', 'arn:awsX:'),
      'arn:aws:kms:us-east-1:123456789012:key/',
    ],
  ],
  [
    'the id of a channel of Slack',
    SLACK_CHANNEL,
    ['C0123456', 'G0123456789', 'D012345', `C${'A'.repeat(20)}`],
    ['', 'X0123456', 'C01234', 'c0123456', 'C01234-6', `C${'A'.repeat(21)}`, 'xC0123456', '#ops'],
  ],
  [
    'the address of an API like Slack’s',
    SLACK_API,
    ['https://slack.com/api/', 'https://slack-gov.com/', 'https://chat.example.com:8443/a.b/c-d/'],
    [
      'http://slack.com/api/',
      'https://slack.com/api',
      'https://slack.com//',
      'https://slack.com:/api/',
      'https://slack.com:x/',
      'https://user@slack.com/',
      'https:///api/',
      'https://slack.com/a b/',
      'x https://slack.com/api/',
      'https://slack.com/api/ x',
    ],
  ],
  [
    'an event bus',
    BUS,
    ['default', 'a.b/c-d_e', BUS_ARN, BUS_ARN.replace('arn:aws:', 'arn:aws-cn:'), letters(256)],
    [
      '',
      'a b',
      letters(257),
      `x ${BUS_ARN}`,
      `${BUS_ARN}:x`,
      BUS_ARN.replace('123456789012', '1234'),
      BUS_ARN.replace('123456789012', '12345678901x'),
      BUS_ARN.replace('us-east-1', 'US'),
      BUS_ARN.replace('us-east-1', ''),
      BUS_ARN.replace('arn:aws:', 'arn:awsX:'),
      'arn:aws:events:us-east-1:123456789012:event-bus/',
    ],
  ],
  [
    'an address of mail',
    ADDRESS,
    ['user@example.com', 'a.b+c@mail.example.com'],
    [
      '',
      'user',
      'user@example',
      '@example.com',
      'user@.',
      'a@b@example.com',
      'a b@example.com',
      'user@ex ample.com',
      'user@a.b,c@d.e',
      'user@example.c m',
      'user@example.com.',
      'a,b@example.com',
      'user@exa,mple.com',
    ],
  ],
  [
    'a time of day',
    TIME,
    ['00:00', '09:59', '19:30', '20:00', '23:59'],
    ['24:00', '9:00', '12:60', '12:5', '12:x5', '12:5x', '1x:00', '2x:00', '12.30', '012:30', '12:300', 'x'],
  ],
  [
    'a time zone',
    ZONE,
    ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+1', 'America/Port-au-Prince'],
    [
      '',
      'utc',
      'UTCx',
      'xUTC',
      'CET',
      'Europe',
      'Europe/',
      'europe/Berlin',
      'Europe/berlin',
      'E/Berlin',
      'A/B/C/D',
      'Aa/Bb/Cc/Dd',
      'Euro1/Berlin',
      'Europe/Ber lin',
      'Europe/Berlin/',
    ],
  ],
  [
    'an account, or a pattern of some',
    ACCOUNT,
    ['123456789012', '1234*', '????????????', '*', '12?4*'],
    ['', '12345678901', '1234567890123', '12345678901x', 'a*', '*a', '1a*', 'x'],
  ],
]

describe.each(FORMS)('%s', (_, form, taken, refused) => {
  test.each(taken)('may be %j', text => {
    expect(form.test(text)).toBe(true)
  })

  test.each(refused)('is not %j', text => {
    expect(form.test(text)).toBe(false)
  })
})
