import type { Alert, Delivery } from '../alert/alert.ts'
import type { Policy } from '../policy/policy.ts'

/** What routes look at of an alert. */
export type Routed = Pick<Alert, 'severity' | 'rules' | 'accountId' | 'region'>

/** Where an alert goes by the policy, each channel once, in the order of the policy; and when, for what is held. */
export const deliveriesOf = (_alert: Routed, { channels = {} }: Policy, _now: Date): readonly Delivery[] =>
  Object.keys(channels).map(channel => ({ channel }))
