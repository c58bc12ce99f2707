import { type EventPattern, listSubscriptions, STOPPED } from '../../shared/facts/event-patterns.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { toPascalCase } from '../../shared/text/pascal.ts'
import { hasEnforcingRule, listEventKinds } from '../settings/derived.ts'
import { RULE_PREFIX, SPOKE_ROLES } from './names.ts'
import { createArn, createBusArn, type Hub, type Template } from './template.ts'

type Forwarded = { readonly id: string; readonly description: string; readonly pattern: EventPattern }

const listForwarded = (policy: Policy): readonly Forwarded[] => [
  ...listSubscriptions(listEventKinds(policy)).map(({ id, kind, of, pattern }) => ({
    id,
    description: `virtguard: ${kind} events of ${of}`,
    pattern,
  })),
  ...(hasEnforcingRule(policy)
    ? [{ id: 'stopped', description: 'virtguard: stopped events of EC2', pattern: STOPPED }]
    : []),
]

const createRule = ({ id, description, pattern }: Forwarded, hub: Hub) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: `${RULE_PREFIX}${id}`,
    Description: description,
    EventPattern: pattern,
    Targets: [
      {
        Id: 'hub',
        Arn: createBusArn(hub),
        RoleArn: createArn({ service: 'iam', resource: `role/${SPOKE_ROLES.forward}` }),
      },
    ],
  },
})

/** The rules of a spoke, once an account and region: those of the hub's own stack. None if no rule of the policy is on. */
export const buildSpokeRules = (hub: Hub, policy: Policy): Template | undefined => {
  const forwarded = listForwarded(policy)
  if (forwarded.length === 0) return undefined
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'virtguard: the rules of a spoke. Deploy it in each region of each account, after the roles.',
    Resources: Object.fromEntries(forwarded.map(one => [`${toPascalCase(one.id)}Events`, createRule(one, hub)])),
  }
}
