import type { RowKey } from './row.ts'

/** A refusal that waits for a digest: the key of its row, and which outcome refused it. */
export type Refusal = { readonly row: RowKey; readonly settledBy: string }
