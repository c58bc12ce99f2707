import { EventError } from '../../shared/errors.ts'
import {
  flagAt,
  neededTextAt,
  type Part,
  partAt,
  quote,
  textAt,
  unreadable,
  wholePart,
} from '../../shared/facts/fields.ts'
import { timeAt } from '../../shared/facts/time.ts'
import type { Counts } from '../../shared/fleet/coverage.ts'
import type {
  FindingPlace,
  IndexPlace,
  PromiseMessage,
  StartMessage,
  SweepMessage,
} from '../../shared/ledger/sweep-message.ts'

const parsed = (body: string): Part => {
  try {
    return wholePart(JSON.parse(body))
  } catch (error) {
    if (error instanceof SyntaxError) throw new EventError(`not JSON: ${error.message}`)
    throw error
  }
}

/** As AWS writes it: it becomes part of an address, so nothing else gets through. */
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/

const regionAt = (part: Part, key: string): string => {
  const region = neededTextAt(part, key)
  if (!REGION.test(region)) throw unreadable(part, key, 'a region like us-east-1', quote(region))
  return region
}

const regionsAt = (part: Part): readonly string[] | undefined => {
  const { value } = part
  const list = value['regions']
  if (list === undefined) return undefined
  if (!Array.isArray(list) || list.length === 0) throw unreadable(part, 'regions', 'a list of regions', typeof list)
  const names: Part = { value: Object.fromEntries(list.entries()), key: 'regions', parent: part }
  return list.map((_, index) => regionAt(names, String(index)))
}

const startIn = (part: Part): StartMessage => {
  const regions = regionsAt(part)
  const launchedUntil = part.value['launchedUntil'] === undefined ? undefined : timeAt(part, 'launchedUntil')
  return {
    kind: 'start',
    ...(regions !== undefined && { regions }),
    ...(launchedUntil !== undefined && { launchedUntil }),
  }
}

const countAt = (part: Part, key: keyof Counts | 'step'): number => {
  const value = part.value[key]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw unreadable(part, key, 'a whole number', quote(String(value)))
}

const countsAt = (part: Part): Counts => {
  const counts = partAt(part, 'counts')
  if (counts === undefined) throw unreadable(part, 'counts', 'an object', 'nothing')
  return {
    seen: countAt(counts, 'seen'),
    passed: countAt(counts, 'passed'),
    failed: countAt(counts, 'failed'),
    suppressed: countAt(counts, 'suppressed'),
    unknown: countAt(counts, 'unknown'),
    terminated: countAt(counts, 'terminated'),
  }
}

const fromAt = (part: Part): IndexPlace | undefined => {
  const from = partAt(part, 'from')
  return (
    from && { pk: neededTextAt(from, 'pk'), sk: neededTextAt(from, 'sk'), writtenAt: neededTextAt(from, 'writtenAt') }
  )
}

const findingAt = (list: Part, index: number): FindingPlace => {
  const finding = partAt(list, String(index))
  if (finding === undefined) throw unreadable(list, String(index), 'an object', 'nothing')
  return { resourceId: neededTextAt(finding, 'resourceId'), rule: neededTextAt(finding, 'rule') }
}

const findingsAt = (part: Part): readonly FindingPlace[] => {
  const list = part.value['findings']
  if (!Array.isArray(list) || list.length === 0) throw unreadable(part, 'findings', 'a list of findings', typeof list)
  const items: Part = { value: Object.fromEntries(list.entries()), key: 'findings', parent: part }
  return list.map((_, index) => findingAt(items, index))
}

const onlyAt = (part: Part): PromiseMessage['only'] => {
  const only = textAt(part, 'only')
  if (only === undefined || only === 'budget') return only
  throw unreadable(part, 'only', 'budget', quote(only))
}

const promiseIn = (part: Part): PromiseMessage => {
  const only = onlyAt(part)
  const notBefore = part.value['notBefore'] === undefined ? undefined : timeAt(part, 'notBefore')
  return {
    kind: 'promise',
    accountId: neededTextAt(part, 'accountId'),
    region: regionAt(part, 'region'),
    findings: findingsAt(part),
    ...(only !== undefined && { only }),
    ...(notBefore !== undefined && { notBefore }),
  }
}

/** Reads a message of the queue of sweeps. Throws EventError for anything else. */
export const readSweepMessage = (body: string): SweepMessage => {
  const whole = parsed(body)
  const kind = neededTextAt(whole, 'kind')
  if (kind === 'start') return startIn(whole)
  if (kind === 'promise') return promiseIn(whole)
  if (kind !== 'region' && kind !== 'settle')
    throw unreadable(whole, 'kind', 'start, region, settle or promise', quote(kind))
  const place = {
    accountId: neededTextAt(whole, 'accountId'),
    region: regionAt(whole, 'region'),
    sweepId: neededTextAt(whole, 'sweepId'),
  }
  if (kind === 'settle') {
    const from = fromAt(whole)
    return { kind, ...place, ...(from !== undefined && { from }) }
  }
  const token = textAt(whole, 'token')
  const again = flagAt(whole, 'again')
  return {
    kind,
    ...place,
    counts: countsAt(whole),
    step: countAt(whole, 'step'),
    ...(token !== undefined && { token }),
    ...(again === true && { again }),
  }
}
