import type { Alert } from '../../shared/alert/alert.ts'
import { buildSnsMessage } from '../../shared/alert/sns-message.ts'
import { buildFindingAlertContent } from '../../shared/alert/tell-finding.ts'
import type { PreparedPublish } from '../../shared/aws/direct/publish.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Claimed } from '../../shared/ledger/row.ts'
import type { Ports } from './ports.ts'

type Hoped = { readonly alertsOf: (findings: readonly Claimed[]) => readonly Alert[]; readonly hold: Ports['hold'] }

/**
 * The alert of findings that may all be ours to tell, made ready while the ledger's answer is on its way: nothing of it
 * leaves before `send`, and `granted` gives it only for exactly the findings that it tells.
 */
export const prepareEarlyAlert = (findings: readonly Finding[], { alertsOf, hold }: Hoped) => {
  const hoped = findings.filter(({ workflow }) => workflow === 'NEW')
  let scheduled: PreparedPublish | undefined
  const drop = (): void => {
    scheduled?.drop()
    scheduled = undefined
  }
  return {
    /** Never throws: what cannot be made ready now fails where it is told. */
    prepare: (): void => {
      try {
        const [first] = alertsOf(hoped)
        if (first !== undefined) scheduled ??= hold?.(buildSnsMessage(first, buildFindingAlertContent(first)))
      } catch {
        drop()
      }
    },
    /** Sends the first alert of these findings, if that is what was made ready; else that is dropped. */
    granted: (ours: readonly Claimed[]): PreparedPublish['send'] | undefined => {
      const isAsHoped = ours.length === hoped.length && ours.every((finding, index) => finding === hoped[index])
      if (!isAsHoped) drop()
      return scheduled?.send
    },
    drop,
  }
}
