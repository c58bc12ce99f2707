import type { RowKey } from './row.ts'

/** A refusal that waits for a digest: whose row it is, and which settlement made it so. */
export type Refusal = { readonly row: RowKey; readonly settledBy: string }
