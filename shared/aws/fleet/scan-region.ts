import type { EC2Client } from '@aws-sdk/client-ec2'
import type { World } from '../../engine/evaluate.ts'
import type { Finding } from '../../engine/finding.ts'
import type { Counts } from '../../fleet/coverage.ts'

export type ScanInput = {
  /** Made by `fleetClient`: it reads pages as a stream. */
  readonly client: EC2Client
  readonly place: { readonly accountId: string; readonly region: string }
  readonly world: World
  /** Becomes the `event.id` of the findings. */
  readonly scanId: string
  /** Only what EC2's own filters select: then nothing is said of the rest. */
  readonly quick?: boolean
  /** Also the findings that passed. */
  readonly all?: boolean
  /** The `next` of the batch after which to go on. */
  readonly next?: string
}

/** What one page held. */
export type ScanBatch = Counts & {
  readonly findings: readonly Finding[]
  /** Where to go on after this batch; absent after the last. Opaque. */
  readonly next?: string
  /** What a reader should know of this page, in one sentence each: what came twice, what was read again. */
  readonly notes: readonly string[]
}

/**
 * Reads one region page by page and judges what it holds; memory does not grow with the fleet. Throws what EC2 throws;
 * `troubleOf` (shared/fleet/trouble.ts) puts that into words, and knows what is a bug instead.
 */
export type ScanRegion = (input: ScanInput) => AsyncIterable<ScanBatch>
