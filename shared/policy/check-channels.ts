import { SEVERITIES } from '../rules/rule.ts'
import { isZone } from '../text/zone.ts'
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
import {
  checkExact,
  checkForm,
  checkList,
  checkObject,
  checkOneOf,
  checkText,
  listAt,
  rejectValue,
} from './check-values.ts'
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

const checkSecret = ({ secret, key }: Fields, path: string) => ({
  secret: checkForm(secret, `${path}.secret`, SECRET),
  ...(key !== undefined && { key: checkForm(key, `${path}.key`, KEY) }),
})

const checkSlack = (fields: Fields, path: string): Channel => ({
  type: 'slack',
  ...checkSecret(fields, path),
  channel: checkForm(fields['channel'], `${path}.channel`, CHANNEL),
  ...(fields['api'] !== undefined && { api: checkForm(fields['api'], `${path}.api`, API) }),
})

const checkChannel = (value: unknown, path: string): Channel => {
  const type = checkOneOf(checkObject(value, path)['type'], `${path}.type`, CHANNEL_TYPES)
  const fields = checkExact(value, path, ['type', ...KEYS[type]])
  switch (type) {
    case 'slack':
      return checkSlack(fields, path)
    case 'slack-webhook':
    case 'teams':
      return { type, ...checkSecret(fields, path) }
    case 'webhook':
      return {
        type,
        ...checkSecret(fields, path),
        format: checkOneOf(fields['format'], `${path}.format`, ['alert', 'ocsf']),
      }
    case 'event-bus':
      return { type, bus: checkForm(fields['bus'], `${path}.bus`, BUS_NAME) }
    case 'email':
      return {
        type,
        addresses: checkList(fields['addresses'], `${path}.addresses`, (one, at) => checkForm(one, at, MAIL)),
      }
    default:
      return { type }
  }
}

/** The channels of a policy. Throws UserError, one line. */
export const checkChannels = (value: unknown): Channels =>
  Object.fromEntries(
    Object.entries(checkObject(value, 'channels')).map(([name, channel]) => {
      if (!CHANNEL_NAME.test(name)) rejectValue(`channels.${name}`, 'a name that a channel may have')
      return [name, checkChannel(channel, `channels.${name}`)]
    }),
  )

const matchAt = (value: unknown, path: string): RouteMatch => {
  const match = checkExact(value, path, ['severity', 'rule', 'accountId', 'region', 'mode'])
  const { severity, rule, accountId, region, mode } = match
  return {
    ...(severity !== undefined && {
      severity: checkList(severity, `${path}.severity`, (one, at) => checkOneOf(one, at, SEVERITIES)),
    }),
    ...(rule !== undefined && { rule: checkList(rule, `${path}.rule`, checkText) }),
    ...(accountId !== undefined && {
      accountId: checkList(accountId, `${path}.accountId`, (one, at) => checkForm(one, at, OWNER)),
    }),
    ...(region !== undefined && { region: checkList(region, `${path}.region`, checkText) }),
    ...(mode !== undefined && { mode: checkOneOf(mode, `${path}.mode`, ['observe', 'enforce']) }),
  }
}

const checkClock = (fields: Fields, key: string, path: string): string =>
  checkForm(fields[key], `${path}.${key}`, CLOCK)
const checkZone = (fields: Fields, path: string): string => {
  const zone = checkForm(fields['zone'], `${path}.zone`, PLACE)
  return isZone(zone) ? zone : rejectValue(`${path}.zone`, PLACE.expected)
}

const checkQuiet = (value: unknown, path: string): NonNullable<Route['quiet']> => {
  const quiet = checkExact(value, path, ['from', 'to', 'zone'])
  return { from: checkClock(quiet, 'from', path), to: checkClock(quiet, 'to', path), zone: checkZone(quiet, path) }
}

const checkDaily = (value: unknown, path: string): NonNullable<Route['daily']> => {
  const daily = checkExact(value, path, ['at', 'zone'])
  return { at: checkClock(daily, 'at', path), zone: checkZone(daily, path) }
}

const routeAt = (value: unknown, path: string, channels: Channels): Route => {
  const { match, to, quiet, daily } = checkExact(value, path, ['match', 'to', 'quiet', 'daily'])
  // Deliveries to programs cannot be scheduled.
  const isScheduled = (quiet ?? daily) !== undefined
  const names = Object.entries(channels).flatMap(([name, { type }]) =>
    isScheduled && MACHINES.includes(type) ? [] : [name],
  )
  return {
    match: matchAt(match, `${path}.match`),
    to: checkList(to, `${path}.to`, (name, at) => checkOneOf(name, at, names)),
    ...(quiet !== undefined && { quiet: checkQuiet(quiet, `${path}.quiet`) }),
    ...(daily !== undefined && { daily: checkDaily(daily, `${path}.daily`) }),
  }
}

/** The routes of a policy, as far as they must be right for an alert to arrive. Throws UserError, one line. */
export const checkRoutes = (value: unknown, channels: Channels): readonly Route[] =>
  listAt(value, 'routes').map((route, index) => routeAt(route, `routes[${index}]`, channels))
