/** An account of twelve digits, and a region as AWS writes it. */
export type AccountRegion = { readonly accountId: string; readonly region: string }
