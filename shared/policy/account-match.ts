/** Which accounts. All keys that are given must match; `*` and `?` are wildcards in ids, names and values of tags. */
export type AccountMatch = {
  readonly accountId?: string
  /** The id of an OU or of the root: accounts in it, and in the OUs below it. */
  readonly ou?: string
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
}
