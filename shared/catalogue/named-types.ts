import named from './named-types.json' with { type: 'json' }

/** Newer types that AWS names and of which the catalogue has no facts. Only their names are known. */
export const NAMED_TYPES: readonly string[] = named.types

/** Whether AWS names a type that is newer than the catalogue. */
export const isNewerType = (instanceType: string): boolean => NAMED_TYPES.includes(instanceType)
