import type { EventRef } from './facts.ts'
import { createUnreadable, listAt, type Part, readFact, readPart, readRequiredText, readText } from './fields.ts'
import { timeAt } from './time.ts'

/** A CloudTrail record of a call, with its identity. */
export type CallRecord = {
  readonly part: Part
  readonly accountId: string
  readonly region: string
  readonly event: EventRef
}

/**
 * Reads who, where and when of a record (schema 1.02 to 1.11). The envelope's own account and region override the
 * record's.
 */
export const readRecord = (part: Part, envelope?: Part): CallRecord => {
  const accountId = (envelope && readText(envelope, 'account')) ?? findAccount(part)
  if (accountId === undefined) throw createUnreadable(part, 'recipientAccountId', 'a string', 'nothing')
  const region = (envelope && readText(envelope, 'region')) ?? readRequiredText(part, 'awsRegion')
  return { part, accountId, region, event: readEventRef(part) }
}

const readEventRef = (part: Part): EventRef => ({
  id: readRequiredText(part, 'eventID'),
  name: readRequiredText(part, 'eventName'),
  time: timeAt(part, 'eventTime'),
})

// Records before 1.02 have no recipientAccountId.
const findAccount = (part: Part): string | undefined => {
  const recipient = readText(part, 'recipientAccountId')
  if (recipient !== undefined) return recipient
  const identity = readPart(part, 'userIdentity')
  return identity && readText(identity, 'accountId')
}

/**
 * The ids of the resources of one type that a record (1.11) names in `resources`, taken from their ARNs: only those of
 * the record's own account and region, because this call made no others.
 */
export const readResourceIds = (record: CallRecord, wanted: Wanted): readonly string[] =>
  readFact(record.part, () => findResourceIds(record, wanted)) ?? []

type Wanted = { readonly type: string; readonly idStart: string }

const findResourceIds = ({ part, accountId, region }: CallRecord, { type, idStart }: Wanted): string[] => {
  const ids: string[] = []
  for (const resource of listAt(part, 'resources') ?? []) {
    if (readText(resource, 'type') !== type) continue
    const arn = readText(resource, 'ARN') ?? readText(resource, 'arn')
    const [, , , arnRegion, arnAccount, name] = arn?.split(':') ?? []
    // The ARN of an image has no account.
    if (arnRegion !== region || (arnAccount !== '' && arnAccount !== accountId)) continue
    const id = name?.slice(name.lastIndexOf('/') + 1)
    if (id?.startsWith(idStart)) ids.push(id)
  }
  return ids
}
