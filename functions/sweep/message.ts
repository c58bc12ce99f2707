import { EventError } from '../../shared/errors.ts'
import {
  createRootPart,
  createUnreadable,
  type Part,
  quote,
  readFlag,
  readPart,
  readRequiredWholeText,
  readWholeText,
} from '../../shared/facts/fields.ts'
import { timeAt } from '../../shared/facts/time.ts'
import type { Counts } from '../../shared/ledger/coverage.ts'
import type {
  FindingKey,
  IndexKey,
  PromiseMessage,
  StartMessage,
  SweepMessage,
} from '../../shared/ledger/sweep-message.ts'

const parseBody = (body: string): Part => {
  try {
    return createRootPart(JSON.parse(body))
  } catch (error) {
    if (error instanceof SyntaxError) throw new EventError(`not JSON: ${error.message}`)
    throw error
  }
}

/** As AWS writes it: it becomes part of an address, so nothing else gets through. */
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/

const readRegion = (part: Part, key: string): string => {
  const region = readRequiredWholeText(part, key)
  if (!REGION.test(region)) throw createUnreadable(part, key, 'a region like us-east-1', quote(region))
  return region
}

const readRegions = (part: Part): readonly string[] | undefined => {
  const { value } = part
  const list = value['regions']
  if (list === undefined) return undefined
  if (!Array.isArray(list) || list.length === 0)
    throw createUnreadable(part, 'regions', 'a list of regions', typeof list)
  const names: Part = { value: Object.fromEntries(list.entries()), key: 'regions', parent: part }
  return list.map((_, index) => readRegion(names, String(index)))
}

const startIn = (part: Part): StartMessage => {
  const regions = readRegions(part)
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
  throw createUnreadable(part, key, 'a whole number', quote(String(value)))
}

const readCounts = (part: Part): Counts => {
  const counts = readPart(part, 'counts')
  if (counts === undefined) throw createUnreadable(part, 'counts', 'an object', 'nothing')
  return {
    seen: countAt(counts, 'seen'),
    passed: countAt(counts, 'passed'),
    failed: countAt(counts, 'failed'),
    suppressed: countAt(counts, 'suppressed'),
    unknown: countAt(counts, 'unknown'),
    terminated: countAt(counts, 'terminated'),
  }
}

const readStartKey = (part: Part): IndexKey | undefined => {
  const from = readPart(part, 'from')
  return (
    from && {
      pk: readRequiredWholeText(from, 'pk'),
      sk: readRequiredWholeText(from, 'sk'),
      writtenAt: readRequiredWholeText(from, 'writtenAt'),
    }
  )
}

const readFinding = (list: Part, index: number): FindingKey => {
  const finding = readPart(list, String(index))
  if (finding === undefined) throw createUnreadable(list, String(index), 'an object', 'nothing')
  return { resourceId: readRequiredWholeText(finding, 'resourceId'), rule: readRequiredWholeText(finding, 'rule') }
}

const readFindings = (part: Part): readonly FindingKey[] => {
  const list = part.value['findings']
  if (!Array.isArray(list) || list.length === 0)
    throw createUnreadable(part, 'findings', 'a list of findings', typeof list)
  const items: Part = { value: Object.fromEntries(list.entries()), key: 'findings', parent: part }
  return list.map((_, index) => readFinding(items, index))
}

const readOnly = (part: Part): PromiseMessage['only'] => {
  const only = readWholeText(part, 'only')
  if (only === undefined || only === 'budget' || only === 'late-start') return only
  throw createUnreadable(part, 'only', 'budget or late-start', quote(only))
}

const promiseIn = (part: Part): PromiseMessage => {
  const only = readOnly(part)
  const notBefore = part.value['notBefore'] === undefined ? undefined : timeAt(part, 'notBefore')
  return {
    kind: 'promise',
    accountId: readRequiredWholeText(part, 'accountId'),
    region: readRegion(part, 'region'),
    findings: readFindings(part),
    ...(only !== undefined && { only }),
    ...(notBefore !== undefined && { notBefore }),
  }
}

/** Reads a message of the queue of sweeps. Throws EventError for anything else. */
export const readSweepMessage = (body: string): SweepMessage => {
  const whole = parseBody(body)
  const kind = readRequiredWholeText(whole, 'kind')
  if (kind === 'start') return startIn(whole)
  if (kind === 'promise') return promiseIn(whole)
  if (kind !== 'region' && kind !== 'settle')
    throw createUnreadable(whole, 'kind', 'start, region, settle or promise', quote(kind))
  const place = {
    accountId: readRequiredWholeText(whole, 'accountId'),
    region: readRegion(whole, 'region'),
    sweepId: readRequiredWholeText(whole, 'sweepId'),
  }
  if (kind === 'settle') {
    const from = readStartKey(whole)
    return { kind, ...place, ...(from !== undefined && { from }) }
  }
  const token = readWholeText(whole, 'token')
  const again = readFlag(whole, 'again')
  return {
    kind,
    ...place,
    counts: readCounts(whole),
    step: countAt(whole, 'step'),
    ...(token !== undefined && { token }),
    ...(again === true && { again }),
  }
}
