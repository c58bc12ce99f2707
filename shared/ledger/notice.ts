import type { RowKey } from './row.ts'

/** The key of the row that says that the end of an exemption was announced in a region. */
export const noticeRow = (
  { accountId, region }: { readonly accountId: string; readonly region: string },
  key: string,
): RowKey => ({ pk: `${accountId}#${region}#notice`, sk: key })
