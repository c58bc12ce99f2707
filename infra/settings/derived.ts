import { EVENT_KINDS, type EventKind } from '../../shared/facts/event.ts'
import { MACHINES } from '../../shared/policy/channel-words.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { listRulesWith } from '../../shared/policy/variants.ts'
import { RULES } from '../../shared/rules/registry.ts'
import type { Rule } from '../../shared/rules/rule.ts'

/** The rules that are on in some account. */
const listEnabledRules = (policy: Policy): readonly Rule[] => {
  const on = listRulesWith(policy, ({ mode }) => mode !== 'off')
  return RULES.filter(rule => on.includes(rule.id))
}

/** The kinds of event that some enabled rule can decide: what the stack subscribes to. */
export const listEventKinds = (policy: Policy): readonly EventKind[] => {
  const rules = listEnabledRules(policy)
  return EVENT_KINDS.filter(kind => rules.some(rule => rule.events.includes(kind)))
}

/** Whether some rule stops instances: only then is there a function that can. */
export const hasEnforcingRule = (policy: Policy): boolean =>
  listRulesWith(policy, ({ mode }) => mode === 'enforce').some(id => RULES.some(rule => rule.id === id))

/** The reads of EC2 for facts that an event lacks, for all enabled rules: the EC2 permissions of Evaluate. */
export const listEc2Reads = (policy: Policy): readonly string[] =>
  [...new Set(listEnabledRules(policy).flatMap(rule => rule.reads))].sort()

/**
 * The channels that may have scheduled deliveries: all that people read, whatever the present routes. Alerts that a
 * removed route scheduled still have to be sent.
 */
export const listHoldingChannels = ({ channels = {} }: Policy): readonly string[] =>
  Object.entries(channels)
    .filter(([, { type }]) => !MACHINES.includes(type))
    .map(([name]) => name)
