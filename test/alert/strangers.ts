import fc from 'fast-check'
import { type Alert, buildFindingAlerts } from '../../shared/alert/alert.ts'
import { buildDigestAlerts, buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { buildExemptionNotice, sweepAlert, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Actor, Resource } from '../../shared/facts/facts.ts'
import { STATES } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { SEVERITIES } from '../../shared/rules/rule.ts'
import { aFinding, aSource, CLAIMANT, DEFERRED, SWEEP } from '../support/findings.ts'

/** Names as strangers choose them: any text, with what is dangerous in a mail or a subject among it. */
export const strangeText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    'a\r\nBcc: victim@example.com',
    '\u202egnp.exe',
    'x\u2028y\u0000z\u001b[31m',
    'https://evil.example/login',
    '\ud800',
    'w'.repeat(2_000),
    '',
  ),
)

const actors = fc.record<Required<Actor>>({
  arn: strangeText,
  via: strangeText,
  autoScalingGroup: strangeText,
  launchTemplate: strangeText,
  fleet: strangeText,
  stack: strangeText,
  cluster: strangeText,
})

export const strangeActor: fc.Arbitrary<Actor> = actors.chain(actor =>
  fc
    .subarray(Object.keys(actor))
    .map(keys => Object.fromEntries(Object.entries(actor).filter(([key]) => keys.includes(key)))),
)

const resources: fc.Arbitrary<Pick<Resource, 'type' | 'id'>> = fc.record({
  type: fc.constantFrom('AwsEc2Instance', 'AwsEc2Image', 'AwsEc2LaunchRequest'),
  id: strangeText,
})

/** A decision for a reason whose arguments strangers chose, as they choose the keys of tags and the names of groups. */
const owned = ({ type, decision }: Finding['action'], text: string): Finding['action'] => ({
  type,
  decision,
  reason: text,
  code: 'OWNED',
  args: {
    owner: 'AUTO_SCALING_GROUP',
    name: text,
    evidence: `tag ${text}`,
    writtenBy: 'launcher',
    launchTemplate: text,
  },
})

/** Any finding that may be alerted, with strange names wherever an event can bring them. */
export const strangeFinding: fc.Arbitrary<Finding> = fc
  .record({
    rule: fc.constantFrom(...RULES),
    status: fc.constantFrom('FAILED' as const, 'UNKNOWN' as const),
    severity: fc.constantFrom(...SEVERITIES),
    resource: resources,
    message: strangeText,
    instanceType: strangeText,
    imageId: strangeText,
    reason: strangeText,
    names: fc.record({ name: strangeText, accountName: strangeText }, { requiredKeys: [] }),
    imageName: strangeText,
  })
  .map(({ rule, resource, names, instanceType, imageId, imageName, reason, ...more }) => {
    const finding = aFinding({ rule: rule.id, title: rule.title, remediation: rule.remediation, ...more })
    return {
      ...finding,
      resource: { ...finding.resource, ...resource, ...names },
      facts: { ...finding.facts, instanceType, imageId, imageName },
      action: owned(finding.action, reason),
    }
  })

export const strangeFindings = fc.array(strangeFinding, { minLength: 1, maxLength: 8 })

const time = fc.constantFrom('2026-11-24T08:15:30Z', '2026-11-24T08:15:31Z', '2026-12-01T00:00:00Z')
const state = fc.constantFrom(...STATES)
const exemptions = fc.array(
  fc.record({
    key: strangeText,
    reason: strangeText,
    owner: strangeText,
    expires: fc.constantFrom('2026-11-30', '2026-12-01'),
    resources: fc.nat(5_000),
  }),
  { minLength: 1, maxLength: 4 },
)

/** Alerts of every kind: found, to be stopped, recurred, ended and refused; by a sweep found, ended and announced. */
export const strangeAlerts: fc.Arbitrary<readonly Alert[]> = fc
  .tuple(strangeFindings, strangeActor, fc.record({ state, at: time, why: strangeText }), time, exemptions)
  .chain(([findings, actor, past, at, ending]) => {
    const source = aSource({ actor })
    const deferred = findings.map(finding => ({ ...finding, action: { ...DEFERRED, at } }))
    const ended = findings.map(finding => ({ ...finding, outcome: past }))
    return fc.constantFrom(
      buildFindingAlerts(source, findings, CLAIMANT),
      buildFindingAlerts(source, deferred, CLAIMANT),
      buildFindingAlerts(
        source,
        deferred.map(finding => ({ ...finding, previous: past })),
        CLAIMANT,
      ),
      buildOutcomeAlerts(source, ended, CLAIMANT),
      buildDigestAlerts(ended, { policy: DEFAULT_POLICY, stops: 'off' }, CLAIMANT),
      sweepAlert(findings, SWEEP),
      sweepOutcomeAlert(ended, SWEEP),
      buildExemptionNotice(ending, findings, SWEEP),
    )
  })
