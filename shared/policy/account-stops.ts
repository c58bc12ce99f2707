/** The switch of one account: only `on` lets anything be stopped there, if the switch of the stack does. */
export type AccountStops = {
  readonly stops: 'on' | 'off'
  readonly by?: string
  readonly caller?: string
  readonly at?: string
  readonly announcedAt?: string
  readonly why?: string
}

/** The accounts whose stops are switched off, whatever the switch of the stack says. */
export const listDisabledAccounts = ({
  accountStops = {},
}: {
  readonly accountStops?: Readonly<Record<string, AccountStops>>
}): readonly string[] =>
  Object.entries(accountStops).flatMap(([accountId, { stops }]) => (stops === 'off' ? [accountId] : []))
