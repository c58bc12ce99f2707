import type { Ec2Event, Ignored } from './event.ts'
import { known, neededTextAt, type Part, partAt, quote, textAt, unreadable, wholePart } from './fields.ts'
import { isImageCall, readImage } from './image.ts'
import { readLaunch } from './launch.ts'
import { type CallRecord, readRecord } from './record.ts'
import { readFailure } from './refusal.ts'
import { readStateChange, STATE_CHANGE } from './running.ts'
import { readStart } from './start.ts'

export const API_CALL = 'AWS API Call via CloudTrail'
export const EC2 = 'ec2.amazonaws.com'
export const START = 'StartInstances'

/**
 * Reads an EventBridge envelope (an API call recorded by CloudTrail, or an instance's change of state) or a bare
 * CloudTrail record. Throws EventError, and nothing else, for JSON that is no such thing or has a field of a wrong type.
 */
export const readEvent = (json: unknown): Ec2Event => {
  const whole = wholePart(json)
  const detailType = textAt(whole, 'detail-type')
  if (detailType === undefined) return readCall(whole)
  if (detailType === STATE_CHANGE) return readStateChange(whole)
  if (detailType !== API_CALL) return other(whole, detailType, 'id')
  const detail = partAt(whole, 'detail')
  if (detail === undefined) throw unreadable(whole, 'detail', 'an object', 'nothing')
  return readCall(detail, whole)
}

const readCall = (part: Part, envelope?: Part): Ec2Event => {
  const name = neededTextAt(part, 'eventName')
  const isImage = isImageCall(name)
  if (name !== 'RunInstances' && name !== START && !isImage) return other(part, name, 'eventID')
  if (neededTextAt(part, 'eventSource') !== EC2) return other(part, name, 'eventID')
  // Records of 2014 may have no id. A launch needs one to be told; of a start nothing is lost, EC2 notifies of it as well.
  if (name === START && textAt(part, 'eventID') === undefined) return other(part, name, 'eventID')
  const record = readRecord(part, envelope)
  const errorCode = textAt(part, 'errorCode')
  if (name === START)
    return errorCode === undefined ? readStart(record) : failedCall(record, 'nothing was started', errorCode)
  if (!isImage) return errorCode === undefined ? readLaunch(record) : readFailure(record, errorCode)
  return errorCode === undefined ? readImage(record, name) : failedCall(record, 'no image was made', errorCode)
}

const failedCall = ({ event }: CallRecord, why: string, errorCode: string): Ignored => ({
  kind: 'ignored',
  event,
  why: `${why}: ${quote(errorCode)}`,
})

/** Not ours: read no further than to name it, so that nothing else in it can be wrong. */
const other = (part: Part, name: string, idKey: string): Ignored => ({
  kind: 'ignored',
  event: known<Ignored['event']>({ id: textAt(part, idKey), name }),
  why: `not a launch, a start or an image: ${quote(name)}`,
})
