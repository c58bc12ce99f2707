import { readFleet } from './door-create-fleet.ts'
import { LAUNCH_UNSUCCESSFUL, readLaunchUnsuccessful } from './door-launch-unsuccessful.ts'
import { CREATE_FLEET, EC2, findDoor } from './doors.ts'
import type { Ec2Event, Ignored } from './event.ts'
import {
  createRootPart,
  createUnreadable,
  omitUndefined,
  type Part,
  quote,
  readPart,
  readRequiredText,
  readText,
} from './fields.ts'
import { isImageCall, readImage } from './image.ts'
import { readLaunch } from './launch.ts'
import { type CallRecord, readRecord } from './record.ts'
import { readRefusedCall } from './refusal.ts'
import { readStateChange, STATE_CHANGE } from './running.ts'
import { readStart } from './start.ts'
import { getTemplateSource, readTemplateCreation } from './template.ts'

export const API_CALL = 'AWS API Call via CloudTrail'
export const START = 'StartInstances'

/**
 * Reads an EventBridge envelope (an API call recorded by CloudTrail, or an instance's change of state) or a bare
 * CloudTrail record. Throws EventError, and nothing else, for JSON that is no such thing, or that has a wrong type in a
 * field that says what happened to what. Any other fact of a wrong type is unknown, and named in `misread`.
 */
export const readEvent = (json: unknown): Ec2Event => {
  const whole = createRootPart(json)
  const event = readWhole(whole)
  const { misread = [] } = whole
  return misread.length === 0 || event.kind === 'ignored' ? event : { ...event, misread }
}

const readWhole = (whole: Part): Ec2Event => {
  const detailType = readText(whole, 'detail-type')
  if (detailType === undefined) return readCall(whole)
  if (detailType === STATE_CHANGE) return readStateChange(whole)
  if (detailType === LAUNCH_UNSUCCESSFUL) return readLaunchUnsuccessful(whole)
  if (detailType !== API_CALL) return ignoreOther(whole, detailType, 'id')
  const detail = readPart(whole, 'detail')
  if (detail === undefined) throw createUnreadable(whole, 'detail', 'an object', 'nothing')
  return readCall(detail, whole)
}

/**
 * CloudTrail's records beside calls. An Insights record has no call. A record of network activity is about a call
 * through a VPC endpoint that has a record of its own (CloudTrail user guide, record contents, eventCategory).
 */
const NO_CALLS: ReadonlySet<unknown> = new Set(['Insight', 'NetworkActivity'])

const readCall = (part: Part, envelope?: Part): Ec2Event => {
  const category = part.value['eventCategory']
  if (NO_CALLS.has(category)) return ignoreOther(part, `${category}`, 'eventID')
  const name = readRequiredText(part, 'eventName')
  const hasFailed = (part.value['errorCode'] ?? null) !== null
  const eventSource = hasFailed ? (findDoor(name)?.eventSource ?? getSource(name)) : getSource(name)
  if (eventSource === undefined) return ignoreOther(part, name, 'eventID')
  if (readRequiredText(part, 'eventSource') !== eventSource) return ignoreOther(part, name, 'eventID')
  // Records of 2014 may have no id. A launch without one cannot be alerted; a start loses nothing, because EC2 notifies
  // of it as well.
  if (name === START && readText(part, 'eventID') === undefined) return ignoreOther(part, name, 'eventID')
  const record = readRecord(part, envelope)
  const errorCode = readText(part, 'errorCode')
  return errorCode === undefined ? readSucceeded(record, name) : readFailed(record, name, errorCode)
}

/** The service of a call that succeeded and is ours. */
const getSource = (name: string): string | undefined =>
  name === 'RunInstances' || name === START || name === CREATE_FLEET || isImageCall(name)
    ? EC2
    : getTemplateSource(name)

const readSucceeded = (record: CallRecord, name: string): Ec2Event => {
  if (name === START) return readStart(record)
  if (name === CREATE_FLEET) return readFleet(record)
  if (isImageCall(name)) return readImage(record, name)
  return readTemplateCreation(record, name) ?? readLaunch(record)
}

const readFailed = (record: CallRecord, name: string, errorCode: string): Ec2Event => {
  const door = findDoor(name)?.door
  if (door === undefined) return ignoreFailedCall(record, NOTHING_MADE[name] ?? 'no image was made', errorCode)
  return readRefusedCall(record, errorCode, door)
}

const NOTHING_MADE: Readonly<Record<string, string>> = {
  [CREATE_FLEET]: 'no fleet was made',
  CreateLaunchTemplate: 'no template was made',
  CreateLaunchTemplateVersion: 'no version of a template was made',
  CreateLaunchConfiguration: 'no launch configuration was made',
}

const ignoreFailedCall = ({ event }: CallRecord, why: string, errorCode: string): Ignored => ({
  kind: 'ignored',
  event,
  why: `${why}: ${quote(errorCode)}`,
})

/** Not ours: read no further than to name it, so that nothing else in it can be wrong. */
const ignoreOther = (part: Part, name: string, idKey: string): Ignored => ({
  kind: 'ignored',
  event: omitUndefined<Ignored['event']>({ id: readText(part, idKey), name }),
  why: `not a launch, a start or an image: ${quote(name)}`,
})
