import { describe, expect, test } from '@jest/globals'
import { applyKnownActor } from '../../shared/engine/known-actor.ts'
import type { Actor } from '../../shared/facts/facts.ts'
import type { Decision } from '../../shared/reasons/action.ts'
import { ACTOR, aFinding, anAction } from '../support/findings.ts'

const KNOWN: readonly (readonly [string, Actor, object])[] = [
  ['an Auto Scaling group', { ...ACTOR, autoScalingGroup: 'web' }, { owner: 'AUTO_SCALING_GROUP', name: 'web' }],
  ['a fleet', { ...ACTOR, fleet: 'fleet-1' }, { owner: 'EC2_FLEET' }],
  [
    'a service that replaces what it launched',
    { ...ACTOR, via: 'elasticmapreduce.amazonaws.com' },
    { owner: 'EMR_CLUSTER' },
  ],
]

const applyTo = (decision: Decision, actor: Actor) => applyKnownActor(aFinding({ action: anAction(decision) }), actor)

describe('an actor of whom more is known than the report says', () => {
  test.each(KNOWN)('refuses a promised stop if it is %s', (_, actor, args) => {
    for (const decision of ['defer', 'would-stop'] as const)
      expect(applyTo(decision, actor)).toMatchObject({
        actor,
        action: { type: 'stop', decision: 'refuse', code: 'OWNED', args },
      })
  })

  test.each(KNOWN)('changes no other decision if it is %s', (_, actor) => {
    for (const decision of ['alert-only', 'refuse'] as const) {
      const action = anAction(decision)
      expect(applyKnownActor(aFinding({ action }), actor)).toMatchObject({ actor, action })
    }
  })

  test('refuses nothing if it owns nothing', () => {
    const action = anAction('defer')
    expect(applyKnownActor(aFinding({ action }), ACTOR)).toMatchObject({ actor: ACTOR, action })
  })
})
