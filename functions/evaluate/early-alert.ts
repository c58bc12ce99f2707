import type { Alert } from '../../shared/alert/alert.ts'
import { buildFindingAlertContent } from '../../shared/alert/finding-alert-content.ts'
import { buildSnsMessage } from '../../shared/alert/sns-message.ts'
import type { PreparedPublish } from '../../shared/aws/direct/publish.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Claimed } from '../../shared/ledger/row.ts'
import type { Ports } from './ports.ts'

type Hoped = { readonly alertsOf: (findings: readonly Claimed[]) => readonly Alert[]; readonly hold: Ports['hold'] }

/**
 * The alert of findings that this delivery may claim, prepared while the ledger answers. Nothing is sent before `send`,
 * and `granted` returns it only for exactly the findings that it contains.
 */
export const prepareEarlyAlert = (findings: readonly Finding[], { alertsOf, hold }: Hoped) => {
  const hoped = findings.filter(({ workflow }) => workflow === 'NEW')
  let scheduled: PreparedPublish | undefined
  const drop = (): void => {
    scheduled?.drop()
    scheduled = undefined
  }
  return {
    /** Never throws: an alert that cannot be prepared now fails when it is published. */
    prepare: (): void => {
      try {
        const [first] = alertsOf(hoped)
        if (first !== undefined) scheduled ??= hold?.(buildSnsMessage(first, buildFindingAlertContent(first)))
      } catch {
        drop()
      }
    },
    /** Sends the first alert of these findings if it was prepared. Otherwise drops it. */
    granted: (ours: readonly Claimed[]): PreparedPublish['send'] | undefined => {
      const isAsHoped = ours.length === hoped.length && ours.every((finding, index) => finding === hoped[index])
      if (!isAsHoped) drop()
      return scheduled?.send
    },
    drop,
  }
}
