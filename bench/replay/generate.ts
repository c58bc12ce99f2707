import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { aRecord } from '../../test/support/record-shape.ts'
import type { Progress } from '../progress.ts'
import { launchRecord } from '../records.ts'

/** The bytes that were written, before and after compression counted apart. */
export type Trail = {
  readonly folder: string
  readonly files: number
  readonly records: number
  readonly bytes: number
}

/** CloudTrail's files are of some MB each. */
const FILE_BYTES = 5_000_000

/** The mix of records, for the report. */
export const MIX =
  'of 20 records 10 are other EC2 calls, 8 compliant launches of 1 instance, 1 a compliant launch of 10, and 1 in 100 is a violating launch'

/** Writes a folder of CloudTrail files, `.json.gz`, with `bytes` of JSON in them, no two records alike. */
export async function generateTrail(folder: string, bytes: number, progress: Progress): Promise<Trail> {
  await mkdir(folder, { recursive: true })
  let trail: Trail = { folder, files: 0, records: 0, bytes: 0 }
  while (trail.bytes < bytes) {
    const records = createRecordFile(trail.records)
    const text = `{"Records":[${records.join(',')}]}`
    const name = `123456789012_CloudTrail_us-east-1_${String(trail.files).padStart(5, '0')}.json.gz`
    await pipeline([text], createGzip({ level: 6 }), createWriteStream(join(folder, name)))
    trail = {
      folder,
      files: trail.files + 1,
      records: trail.records + records.length,
      bytes: trail.bytes + Buffer.byteLength(text),
    }
    progress.step(`writing CloudTrail files, ${Math.round(trail.bytes / 1e6)} MB of JSON`, trail.bytes / bytes)
  }
  return trail
}

function createRecordFile(first: number): string[] {
  const records: string[] = []
  for (let bytes = 0; bytes < FILE_BYTES; bytes += records.at(-1)?.length ?? 0)
    records.push(JSON.stringify(recordAt(first + records.length)))
  return records
}

function recordAt(position: number): Record<string, unknown> {
  if (position % 100 === 99) return launchRecord('violating')
  const place = position % 20
  if (place < 10) return createOtherCall(position)
  return launchRecord('compliant', place === 10 ? 10 : 1)
}

const createOtherCall = (position: number): Record<string, unknown> =>
  aRecord(
    'DescribeInstances',
    { eventID: `${position.toString(16).padStart(8, '0')}-1111-4000-8000-000000000000` },
    {
      requestParameters: { maxResults: 1000, instancesSet: {}, filterSet: {} },
      responseElements: null,
    },
  )
