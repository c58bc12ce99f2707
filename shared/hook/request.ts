// What CloudFormation and Cloud Control ask of a hook about one resource (CloudFormation Hooks user guide, "Create Lambda
// functions to evaluate resources"). The values of its properties are resolved already.
import { EVALUATED_TYPES } from '../lint/readers/cloudformation/launchers.ts'
import { getText, isJson, type Json } from '../lint/readers/json.ts'

/** A resource as it will be. */
export type AskedResource = {
  /** Its logical id in the template. Its type, if nothing names it, as with Cloud Control. */
  readonly address: string
  readonly type: string
  readonly properties: Json
  /** The type that the instance has, if it is resized in place. */
  readonly resizedFrom?: string
}

type Asked = {
  /** The answer repeats it. */
  readonly token: string
  /** Who asks truncates a message sooner. */
  readonly isCloudControl: boolean
}

/** `skipped`: why there is nothing to evaluate. `broken`: why it cannot be evaluated, though it should be. */
type Reading = { readonly resource: AskedResource } | { readonly skipped: string } | { readonly broken: string }

export type HookRequest = Asked & Reading

/** AWS's documents write some keys in two ways: `stackId` and `stackID`, `clientRequestToken` and `clientRequesttoken`. */
const find = (part: unknown, name: string): unknown => {
  if (!isJson(part)) return undefined
  if (Object.hasOwn(part, name)) return part[name]
  const key = Object.keys(part).find(one => one.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : part[key]
}

const findText = (part: unknown, name: string): string => {
  const value = find(part, name)
  return typeof value === 'string' ? value : ''
}

const TYPE = /^[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){1,3}$/
const ADDRESS = /^[\w.:/-]{1,255}$/

const ELSEWHERE =
  'virtguard evaluates one resource at a time, not a whole stack or change set, and fetches nothing from an address in a request: its hook is for RESOURCE and CLOUD_CONTROL.'
const NO_TYPE = 'The request does not name the type of a resource.'
const NO_PROPERTIES = 'The request has no properties of the resource.'
const DELETION = 'A deletion launches nothing.'
const ONLY_TAGS = 'Nothing but tags changes, which launches nothing.'

const serialize = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isJson(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )

const omitKeys = (part: Json, keys: readonly string[]): Json =>
  Object.fromEntries(Object.entries(part).filter(([key]) => !keys.includes(key)))

/** Whether both are the same but for these keys, in whatever order their keys are. */
const isSameBut = (keys: readonly string[], one: Json, other: Json): boolean => {
  try {
    return serialize(omitKeys(one, keys)) === serialize(omitKeys(other, keys))
  } catch (error) {
    // Deep enough for the stack, though no resource is: it is evaluated.
    if (!(error instanceof RangeError)) throw error
    return false
  }
}

/** The type that an instance has, if an update changes that and nothing else: it is stopped for it, and started again. */
const findResize = (type: string, properties: Json, previous: Json | undefined): string | undefined => {
  const former = getText(previous, 'InstanceType')
  if (type !== 'AWS::EC2::Instance' || previous === undefined || former === getText(properties, 'InstanceType'))
    return undefined
  return isSameBut(['Tags', 'InstanceType'], properties, previous) ? former : undefined
}

const readResource = (data: unknown): Reading => {
  // With Cloud Control `targetType` says RESOURCE.
  const type = findText(data, 'targetName')
  if (find(data, 'targetModel') === undefined && find(data, 'payload') !== undefined) return { skipped: ELSEWHERE }
  if (type === 'STACK' || type === 'CHANGE_SET') return { skipped: ELSEWHERE }
  if (!TYPE.test(type)) return { broken: NO_TYPE }
  if (!EVALUATED_TYPES.includes(type)) return { skipped: `virtguard evaluates no launch by ${type}.` }
  const model = find(data, 'targetModel')
  const properties = find(model, 'resourceProperties')
  if (!isJson(properties)) return { broken: NO_PROPERTIES }
  const written = find(model, 'previousResourceProperties')
  const previous = isJson(written) ? written : undefined
  if (previous !== undefined && isSameBut(['Tags'], properties, previous)) return { skipped: ONLY_TAGS }
  const id = findText(data, 'targetLogicalId')
  const resizedFrom = findResize(type, properties, previous)
  const address = ADDRESS.test(id) ? id : type
  return { resource: { address, type, properties, ...(resizedFrom !== undefined && { resizedFrom }) } }
}

/** Reads a request. Whatever comes, it answers: what is no request is `broken`. */
export const readRequest = (event: unknown): HookRequest => {
  const asked = { token: findText(event, 'clientRequestToken'), isCloudControl: findText(event, 'stackId') === '' }
  if (findText(event, 'actionInvocationPoint').startsWith('DELETE')) return { ...asked, skipped: DELETION }
  return { ...asked, ...readResource(find(event, 'requestData')) }
}
