import { parseJson } from '../input/parse-json.ts'
import { type Content, getList, getObject, isJson, isText, type Json, type Wrapper } from './wrapper.ts'

const API_ACTIVITY = 6003

const getText = (value: Json | undefined, key: string): string | undefined => {
  const text = value?.[key]
  return isText(text) && text !== '' ? text : undefined
}

/** `unmapped` may be an object, text, or a map of paths with dots. */
const getUnmapped = (event: Json): Json => {
  const unmapped = event['unmapped']
  const parsed = isText(unmapped) ? parseJson(unmapped)?.value : unmapped
  return isJson(parsed) ? parsed : {}
}

const parseObject = (value: unknown): Json | undefined => {
  const parsed = isText(value) ? parseJson(value)?.value : value
  return isJson(parsed) ? parsed : undefined
}

// A request has some ten levels, and a few hundred members.
const MAX_LEVELS = 30
const MAX_PATHS = 5000

const nest = (target: Record<string, unknown>, path: readonly string[], value: unknown): void => {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    target[key] = value
    return
  }
  // Without a prototype: whoever calls may choose names.
  const inner: Record<string, unknown> = Object.assign(Object.create(null), isJson(target[key]) ? target[key] : {})
  nest(inner, rest, value)
  target[key] = inner
}

/** The members of a map whose paths begin so: `requestParameters.instanceType` is instanceType of requestParameters. */
const gatherPaths = (unmapped: Json, start: string): Json | undefined => {
  const gathered: Record<string, unknown> = Object.create(null)
  for (const [path, value] of Object.entries(unmapped).slice(0, MAX_PATHS)) {
    const keys = path.startsWith(`${start}.`) ? path.slice(start.length + 1).split('.', MAX_LEVELS) : []
    if (keys.length > 0) nest(gathered, keys, parseObject(value) ?? toFlag(value))
  }
  return Object.keys(gathered).length > 0 ? gathered : undefined
}

const toFlag = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value)

const toTime = (event: Json): unknown => {
  const { time, time_dt: date } = event
  if (isText(date)) return date
  const ms = typeof time === 'string' ? Number(time) : time
  return typeof ms === 'number' && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined
}

type Parts = { readonly event: Json; readonly api: Json; readonly unmapped: Json }

const readPart = ({ api, unmapped }: Parts, field: string, side: 'request' | 'response'): Json | undefined =>
  parseObject(getObject(api, side)?.['data']) ?? parseObject(unmapped[field]) ?? gatherPaths(unmapped, field)

const readActor = ({ event, unmapped }: Parts): Json => {
  const actor = getObject(event, 'actor')
  const user = actor && getObject(actor, 'user')
  const account = user && getObject(user, 'account')
  const arns = [getText(user, 'uid'), getText(user, 'uid_alt'), getText(user, 'uuid')]
  return {
    arn: arns.find(uid => uid?.startsWith('arn:')) ?? unmapped['userIdentity.arn'],
    accountId: getText(account, 'uid') ?? getText(user, 'account_uid'),
    invokedBy: getText(actor, 'invoked_by'),
  }
}

// As the mappings of CloudTrail to OCSF say, versions 1.0 to 1.1 (github.com/ocsf/examples, mappings for CloudTrail).
const rebuild = (parts: Parts): Json => {
  const { event, api, unmapped } = parts
  const cloud = getObject(event, 'cloud')
  const response = getObject(api, 'response')
  const source = getObject(event, 'src_endpoint')
  const error = getText(response, 'error')
  const account = cloud && getObject(cloud, 'account')
  return {
    eventID: getText(getObject(event, 'metadata'), 'uid'),
    eventName: api['operation'],
    eventSource: getText(getObject(api, 'service'), 'name'),
    eventTime: toTime(event),
    awsRegion: getText(cloud, 'region'),
    recipientAccountId:
      getText(unmapped, 'recipientAccountId') ?? getText(account, 'uid') ?? getText(cloud, 'account_uid'),
    eventCategory: getText(unmapped, 'eventCategory'),
    ...(error !== undefined && { errorCode: error }),
    errorMessage: getText(response, 'error_message') ?? getText(response, 'message'),
    sourceIPAddress: getText(source, 'ip') ?? getText(source, 'svc_name') ?? getText(source, 'domain'),
    userIdentity: readActor(parts),
    requestParameters: readPart(parts, 'requestParameters', 'request'),
    responseElements: readPart(parts, 'responseElements', 'response'),
    resources: (getList(event, 'resources') ?? []).filter(isJson).map(({ uid, type }) => ({ ARN: uid, type })),
  }
}

/**
 * An event of OCSF, API activity: of Security Lake, or of another mapping of CloudTrail. The raw record counts if it is
 * kept.
 */
export const ocsfEvents: Wrapper = {
  name: 'OCSF events',
  detect: value => typeof value['class_uid'] === 'number' || typeof value['class_uid'] === 'string',
  *unwrap(event): Iterable<Content> {
    const api = getObject(event, 'api')
    const raw = event['raw_data']
    if (isText(raw) && raw.trimStart().startsWith('{')) yield { text: raw }
    else if (Number(event['class_uid']) === API_ACTIVITY && !isText(api?.['operation']))
      yield { problem: 'an OCSF event without api.operation as JSON; export it as JSON, with all of its fields' }
    else if (Number(event['class_uid']) !== API_ACTIVITY || api === undefined)
      yield { other: ['OCSF event of another class', 'OCSF events of other classes'] }
    else yield { record: rebuild({ event, api, unmapped: getUnmapped(event) }) }
  },
}
