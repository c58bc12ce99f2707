import { isZone } from '../routing/zone.ts'
import { SEVERITIES } from '../rules/rule.ts'
import {
  ACCOUNT,
  ADDRESS,
  BUS,
  CHANNEL_NAME,
  CHANNEL_TYPES,
  KEY_ARN,
  MACHINES,
  SECRET_ARN,
  SLACK_API,
  SLACK_CHANNEL,
  TIME,
  ZONE,
} from './channel-words.ts'
import { exactAt, formAt, listAt, objectAt, oneOf, someAt, textAt, wrong } from './check-values.ts'
import type { Channel, Route, RouteMatch } from './policy.ts'

const KEYS: Readonly<Record<Channel['type'], readonly string[]>> = {
  slack: ['secret', 'key', 'channel', 'api'],
  'slack-webhook': ['secret', 'key'],
  teams: ['secret', 'key'],
  webhook: ['secret', 'key', 'format'],
  'amazon-q': [],
  'security-hub': [],
  'event-bus': ['bus'],
  email: ['addresses'],
}

const SECRET = { form: SECRET_ARN, expected: 'the ARN of a secret' }
const KEY = { form: KEY_ARN, expected: 'the ARN of a key' }
const CHANNEL = { form: SLACK_CHANNEL, expected: 'the id of a Slack channel' }
const API = { form: SLACK_API, expected: 'an https address with a slash at its end' }
const BUS_NAME = { form: BUS, expected: 'the name or ARN of an event bus' }
const MAIL = { form: ADDRESS, expected: 'an e-mail address' }
const CLOCK = { form: TIME, expected: 'a time like 07:00' }
const PLACE = { form: ZONE, expected: 'a time zone' }
const OWNER = { form: ACCOUNT, expected: '12 digits or a pattern' }

type Channels = Readonly<Record<string, Channel>>
type Fields = Readonly<Record<string, unknown>>

const secretOf = ({ secret, key }: Fields, path: string) => ({
  secret: formAt(secret, `${path}.secret`, SECRET),
  ...(key !== undefined && { key: formAt(key, `${path}.key`, KEY) }),
})

const slackOf = (fields: Fields, path: string): Channel => ({
  type: 'slack',
  ...secretOf(fields, path),
  channel: formAt(fields['channel'], `${path}.channel`, CHANNEL),
  ...(fields['api'] !== undefined && { api: formAt(fields['api'], `${path}.api`, API) }),
})

const channelAt = (value: unknown, path: string): Channel => {
  const type = oneOf(objectAt(value, path)['type'], `${path}.type`, CHANNEL_TYPES)
  const fields = exactAt(value, path, ['type', ...KEYS[type]])
  switch (type) {
    case 'slack':
      return slackOf(fields, path)
    case 'slack-webhook':
    case 'teams':
      return { type, ...secretOf(fields, path) }
    case 'webhook':
      return { type, ...secretOf(fields, path), format: oneOf(fields['format'], `${path}.format`, ['alert', 'ocsf']) }
    case 'event-bus':
      return { type, bus: formAt(fields['bus'], `${path}.bus`, BUS_NAME) }
    case 'email':
      return { type, addresses: someAt(fields['addresses'], `${path}.addresses`, (one, at) => formAt(one, at, MAIL)) }
    default:
      return { type }
  }
}

/** The channels of a policy. Throws UserError, one line. */
export const channelsAt = (value: unknown): Channels =>
  Object.fromEntries(
    Object.entries(objectAt(value, 'channels')).map(([name, channel]) => {
      if (!CHANNEL_NAME.test(name)) wrong(`channels.${name}`, 'a name that a channel may have')
      return [name, channelAt(channel, `channels.${name}`)]
    }),
  )

const matchAt = (value: unknown, path: string): RouteMatch => {
  const match = exactAt(value, path, ['severity', 'rule', 'accountId', 'region', 'mode'])
  const { severity, rule, accountId, region, mode } = match
  return {
    ...(severity !== undefined && {
      severity: someAt(severity, `${path}.severity`, (one, at) => oneOf(one, at, SEVERITIES)),
    }),
    ...(rule !== undefined && { rule: someAt(rule, `${path}.rule`, textAt) }),
    ...(accountId !== undefined && {
      accountId: someAt(accountId, `${path}.accountId`, (one, at) => formAt(one, at, OWNER)),
    }),
    ...(region !== undefined && { region: someAt(region, `${path}.region`, textAt) }),
    ...(mode !== undefined && { mode: oneOf(mode, `${path}.mode`, ['observe', 'enforce']) }),
  }
}

const clockAt = (fields: Fields, key: string, path: string): string => formAt(fields[key], `${path}.${key}`, CLOCK)
const zoneAt = (fields: Fields, path: string): string => {
  const zone = formAt(fields['zone'], `${path}.zone`, PLACE)
  return isZone(zone) ? zone : wrong(`${path}.zone`, PLACE.expected)
}

const quietAt = (value: unknown, path: string): NonNullable<Route['quiet']> => {
  const quiet = exactAt(value, path, ['from', 'to', 'zone'])
  return { from: clockAt(quiet, 'from', path), to: clockAt(quiet, 'to', path), zone: zoneAt(quiet, path) }
}

const dailyAt = (value: unknown, path: string): NonNullable<Route['daily']> => {
  const daily = exactAt(value, path, ['at', 'zone'])
  return { at: clockAt(daily, 'at', path), zone: zoneAt(daily, path) }
}

const routeAt = (value: unknown, path: string, channels: Channels): Route => {
  const { match, to, quiet, daily } = exactAt(value, path, ['match', 'to', 'quiet', 'daily'])
  // Nothing can hold what programs read.
  const isHeld = (quiet ?? daily) !== undefined
  const names = Object.entries(channels).flatMap(([name, { type }]) =>
    isHeld && MACHINES.includes(type) ? [] : [name],
  )
  return {
    match: matchAt(match, `${path}.match`),
    to: someAt(to, `${path}.to`, (name, at) => oneOf(name, at, names)),
    ...(quiet !== undefined && { quiet: quietAt(quiet, `${path}.quiet`) }),
    ...(daily !== undefined && { daily: dailyAt(daily, `${path}.daily`) }),
  }
}

/** The routes of a policy, as far as they must be right for an alert to arrive. Throws UserError, one line. */
export const routesAt = (value: unknown, channels: Channels): readonly Route[] =>
  listAt(value, 'routes').map((route, index) => routeAt(route, `routes[${index}]`, channels))
