import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { toRow } from '../../test/cli/wrapping.ts'
import { aRecord } from '../../test/support/record-shape.ts'
import type { Progress } from '../progress.ts'
import { launchRecord } from '../records.ts'

/** The bytes that were written, before and after compression counted apart. */
export type Trail = {
  readonly folder: string
  readonly files: number
  readonly records: number
  readonly bytes: number
  /** The same records in wrappers. */
  readonly wrapped: readonly { readonly name: string; readonly folder: string }[]
}

type Recorded = Record<string, unknown>

/** A wrapper, and what a file of it holds. */
export type Wrapping = {
  readonly name: string
  readonly ending: string
  readonly render: (records: readonly Recorded[]) => string
}

/** CloudWatch Logs sends so many events together, as Firehose writes them. */
const BATCH = 50

const renderBatch = (records: readonly Recorded[]): string =>
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: 'trail',
    logStream: '123456789012_CloudTrail_us-east-1',
    subscriptionFilters: ['all'],
    logEvents: records.map((record, at) => ({
      id: String(at),
      timestamp: 1_795_507_200_000,
      message: JSON.stringify(record),
    })),
  })

const listBatches = (records: readonly Recorded[]): readonly (readonly Recorded[])[] =>
  Array.from({ length: Math.ceil(records.length / BATCH) }, (_, at) => records.slice(at * BATCH, (at + 1) * BATCH))

const renderCells = (cells: readonly string[]): string => cells.map(cell => `"${cell.replaceAll('"', '""')}"`).join(',')

const renderCsv = (records: readonly Recorded[]): string => {
  const rows = records.map(toRow)
  const header = (rows[0] ?? []).map(([column]) => column)
  return [header, ...rows.map(row => row.map(([, cell]) => cell))].map(cells => `${renderCells(cells)}\n`).join('')
}

export const WRAPPINGS: readonly Wrapping[] = [
  {
    name: 'as batches of a subscription of CloudWatch Logs',
    ending: 'json',
    render: records => listBatches(records).map(renderBatch).join(''),
  },
  { name: 'as the CSV of Athena', ending: 'csv', render: renderCsv },
]

/** CloudTrail's files are of some MB each. */
const FILE_BYTES = 5_000_000

/** The mix of records, for the report. */
export const MIX =
  'of 20 records 10 are other EC2 calls, 8 compliant launches of 1 instance, 1 a compliant launch of 10, and 1 in 100 is a violating launch'

const writeCompressed = (path: string, text: string): Promise<void> =>
  pipeline([text], createGzip({ level: 6 }), createWriteStream(path))

/** Writes CloudTrail files, `.json.gz`, with `bytes` of JSON in them, no two records alike; and the same in wrappers. */
export async function generateTrail(folder: string, bytes: number, progress: Progress): Promise<Trail> {
  const plain = join(folder, 'plain')
  const wrapped = WRAPPINGS.map(({ name }, at) => ({ name, folder: join(folder, `wrapped-${at}`) }))
  for (const each of [plain, ...wrapped.map(wrapping => wrapping.folder)]) await mkdir(each, { recursive: true })
  let trail: Trail = { folder: plain, files: 0, records: 0, bytes: 0, wrapped }
  while (trail.bytes < bytes) {
    const records = createRecords(trail.records)
    const text = JSON.stringify({ Records: records })
    const name = `123456789012_CloudTrail_us-east-1_${String(trail.files).padStart(5, '0')}`
    await writeCompressed(join(plain, `${name}.json.gz`), text)
    for (const [at, { ending, render }] of WRAPPINGS.entries())
      await writeCompressed(join(folder, `wrapped-${at}`, `${name}.${ending}.gz`), render(records))
    trail = {
      ...trail,
      files: trail.files + 1,
      records: trail.records + records.length,
      bytes: trail.bytes + Buffer.byteLength(text),
    }
    progress.step(`writing CloudTrail files, ${Math.round(trail.bytes / 1e6)} MB of JSON`, trail.bytes / bytes)
  }
  return trail
}

function createRecords(first: number): readonly Recorded[] {
  const records: Recorded[] = []
  for (let bytes = 0; bytes < FILE_BYTES; bytes += JSON.stringify(records.at(-1)).length)
    records.push(recordAt(first + records.length))
  return records
}

function recordAt(position: number): Recorded {
  if (position % 100 === 99) return launchRecord('violating')
  const place = position % 20
  if (place < 10) return createOtherCall(position)
  return launchRecord('compliant', place === 10 ? 10 : 1)
}

const createOtherCall = (position: number): Recorded =>
  aRecord(
    'DescribeInstances',
    { eventID: `${position.toString(16).padStart(8, '0')}-1111-4000-8000-000000000000` },
    {
      requestParameters: { maxResults: 1000, instancesSet: {}, filterSet: {} },
      responseElements: null,
    },
  )
