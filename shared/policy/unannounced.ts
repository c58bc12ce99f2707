/** The times in the rows of the live policy and the switch: of their change, and of its announcement. */
export type Announcements = {
  readonly version?: number
  readonly at?: string
  readonly announcedAt?: string
  readonly stopsAt?: string
  readonly stopsAnnouncedAt?: string
  readonly stopsUnsigned?: true
  readonly accountStops?: Readonly<Record<string, { readonly at?: string; readonly announcedAt?: string }>>
}

// The command line writes first and announces then, within seconds.
const PATIENCE_MS = 5 * 60_000

/** Whether a change had its time to be announced. The command line writes none without a time, or with one to come. */
const isDue = (at: string | undefined, now: Date): boolean => {
  const age = now.getTime() - Date.parse(at ?? '')
  return !(age < PATIENCE_MS && age > -PATIENCE_MS)
}

/**
 * The changes without an announcement to operations: by something else than the command line, or the announcement
 * failed.
 */
export const findUnannounced = (
  { version, at, announcedAt, stopsAt, stopsAnnouncedAt, stopsUnsigned, accountStops = {} }: Announcements,
  now: Date,
): readonly string[] => [
  ...(version !== undefined && announcedAt === undefined && isDue(at, now) ? [`version ${version} of the policy`] : []),
  ...(stopsUnsigned === true || (stopsAt !== undefined && stopsAnnouncedAt === undefined && isDue(stopsAt, now))
    ? ['the switch for stops']
    : []),
  ...Object.entries(accountStops).flatMap(([accountId, own]) =>
    own.announcedAt === undefined && isDue(own.at, now) ? [`the switch for stops in account ${accountId}`] : [],
  ),
]
