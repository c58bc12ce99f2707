/**
 * Findings and alerts with readable defaults: one PV launch of a person, observed. Every builder takes the values that
 * matter and fills in the rest.
 */
import {
  type Alert,
  type AlertedFinding,
  buildFindingAlerts,
  type Claimant,
  type Source,
} from '../../shared/alert/alert.ts'
import type { EndedFinding } from '../../shared/alert/outcome.ts'
import type { SweepClaimant } from '../../shared/alert/sweep-alert.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { ImageFacts, InstanceFacts, Resource, Subject } from '../../shared/facts/facts.ts'
import { createImageResource, createInstanceResource, launchRequestResource } from '../../shared/facts/resource.ts'
import type { Past } from '../../shared/ledger/row.ts'
import type { Decision } from '../../shared/reasons/action.ts'
import { parseReasonWords } from '../../shared/reasons/earlier-words.ts'
import type { Reason } from '../../shared/reasons/reason.ts'
import { paravirtualInstance } from '../../shared/rules/paravirtual-instance.ts'
import { describeReason, describeReasons } from '../../shared/wording/reasons.ts'

export const PLACE = { accountId: '123456789012', region: 'us-east-1' } as const
export const NOW = new Date('2026-11-24T08:00:30Z')

const INSTANCE: InstanceFacts = {
  instanceId: 'i-0123456789abcdef0',
  imageId: 'ami-0abcdef1234567890',
  instanceType: 'm1.small',
  virtualizationType: 'paravirtual',
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  state: 'pending',
  lifecycle: 'on-demand',
  tags: {},
}

/** Without the keys that are named in `unknown`. */
const without = <T extends object>(facts: T, unknown: readonly (keyof T)[]): T => {
  const rest = { ...facts }
  for (const key of unknown) delete rest[key]
  return rest
}

/** An instance as a rule sees it: by default PV on m1.small. A fact in `unknown` is not known. */
export const anInstance = (facts: InstanceFacts = {}, unknown: readonly (keyof InstanceFacts)[] = []): InstanceFacts =>
  without({ ...INSTANCE, ...facts }, unknown)

export const instanceSubject = (
  facts: InstanceFacts = {},
  unknown: readonly (keyof InstanceFacts)[] = [],
): Subject & { kind: 'instance' } => {
  const instance = anInstance(facts, unknown)
  const id = instance.instanceId
  const resource = id === undefined ? launchRequestResource(PLACE, EVENT.id) : createInstanceResource(PLACE, id)
  return { kind: 'instance', resource, instance }
}

const IMAGE: ImageFacts = {
  imageId: 'ami-0abcdef1234567890',
  name: 'golden-2026-11-24',
  virtualizationType: 'hvm',
  enaSupport: true,
  architecture: 'x86_64',
  bootMode: 'unset',
  rootDeviceType: 'ebs',
}

/** An image as a rule sees it: by default one that fits everywhere. */
export const anImage = (facts: ImageFacts = {}, unknown: readonly (keyof ImageFacts)[] = []): ImageFacts =>
  without({ ...IMAGE, ...facts }, unknown)

export const imageSubject = (
  facts: ImageFacts = {},
  unknown: readonly (keyof ImageFacts)[] = [],
): Subject & { kind: 'image' } => ({
  kind: 'image',
  resource: createImageResource(PLACE, facts.imageId ?? IMAGE.imageId ?? ''),
  image: anImage(facts, unknown),
})

type RefusedLaunch = Subject & { kind: 'refused-launch' }

/** A refused launch: by default a PV image on t3.micro, in EC2's words. */
export const refusedLaunch = (launch: Partial<Omit<RefusedLaunch, 'kind' | 'resource'>> = {}): RefusedLaunch => ({
  kind: 'refused-launch',
  resource: launchRequestResource(PLACE, EVENT.id),
  refusal: {
    reason: 'VIRT_TYPE_UNSUPPORTED',
    message: "Virtualization type 'hvm' is required for instances of type 't3.micro'.",
  },
  instanceType: 't3.micro',
  image: { imageId: 'ami-0abcdef1234567890', virtualizationType: 'paravirtual' },
  ...launch,
})

export const EVENT = {
  id: '11111111-2222-4333-8444-555555555555',
  name: 'RunInstances',
  time: '2026-11-24T08:00:00Z',
} as const

export const ACTOR = { arn: 'arn:aws:sts::123456789012:assumed-role/deploy/user@example.com' } as const

export const aSource = (source: Partial<Source> = {}): Source => ({
  ...PLACE,
  launchId: 'r-0123456789abcdef0',
  event: EVENT,
  actor: ACTOR,
  ...source,
})

const resourceOf = (id: string): Resource =>
  id.startsWith('ami-') ? createImageResource(PLACE, id) : createInstanceResource(PLACE, id)

/** What `paravirtual-instance` says of one instance of an observed launch. `on` is the id of the resource. */
export const aFinding = ({
  on = 'i-0123456789abcdef0',
  ...finding
}: Partial<Finding> & { on?: string } = {}): Finding => {
  const rule = finding.rule ?? paravirtualInstance.id
  return {
    schemaVersion: '1',
    id: `${rule}/${PLACE.accountId}/${PLACE.region}/${on}`,
    rule,
    status: 'FAILED',
    severity: paravirtualInstance.severity,
    workflow: 'NEW',
    reasons: ['PARAVIRTUAL'],
    title: paravirtualInstance.title,
    message: `${on} (m1.small) runs paravirtual (PV).`,
    remediation: paravirtualInstance.remediation,
    resource: resourceOf(on),
    facts: { instanceType: 'm1.small', virtualizationType: 'paravirtual', imageId: 'ami-0abcdef1234567890' },
    actor: ACTOR,
    event: EVENT,
    action: {
      type: 'stop',
      decision: 'would-stop',
      ...describeReasons({ code: 'RULE_OBSERVES', args: { graceSeconds: 900 } }),
    },
    ...finding,
  }
}

/** The first alert of a sweep. */
export const SWEEP: SweepClaimant = { ...PLACE, claimant: 'message-1', now: NOW, launchId: 'sweep-message-1' }

/** `i-0…0`, `i-0…1` and so on, as long as real ones. */
export const instanceIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `i-${index.toString(16).padStart(17, '0')}`)

/** The message of the alert, half a minute after the launch. */
export const CLAIMANT: Claimant = { claimant: 'message-1', now: NOW }

/** The decision, with the reason in words. */
export const anAction = (decision: Decision, because: Reason = { code: 'NOT_KEPT' }): Finding['action'] => {
  const action = { type: 'stop', decision, reason: describeReason(because) } as const
  return { ...action, ...because }
}

/** A refusal whose reason is in these words only. */
export const refusedFor = (reason: string): Finding['action'] => ({ ...anAction('refuse'), reason })

/** To be stopped at that time. */
export const deferredTo = (at: string): Finding['action'] => ({
  ...anAction('defer', { code: 'STOP_SCHEDULED', args: { at } }),
  at,
})

/** The decision to stop after 15 minutes. */
export const DEFERRED = deferredTo('2026-11-24T08:15:30Z')

/** An outcome with the code of its words, if these are ours. */
const withCode = (outcome: Pick<Past, 'state' | 'at' | 'why'>): Past => ({
  ...outcome,
  ...parseReasonWords(outcome.why),
})

/** A finding whose promised stop has ended: by default as it was promised. */
export const anEnded = (
  outcome: Partial<Pick<Past, 'state' | 'at' | 'why'>> = {},
  finding: Partial<Finding> & { on?: string } = {},
): EndedFinding => ({
  ...aFinding({ action: DEFERRED, ...finding }),
  outcome: withCode({
    state: 'STOPPED',
    at: '2026-11-24T08:16:02.123Z',
    why: 'EC2 says that it is stopped',
    ...outcome,
  }),
})

/** The one alert of findings of a source. */
export const anAlert = (
  findings: readonly AlertedFinding[] = [aFinding()],
  source: Partial<Source> = {},
  claimant: Claimant = CLAIMANT,
): Alert => {
  const [alert, second] = buildFindingAlerts(aSource(source), findings, claimant)
  if (alert === undefined || second !== undefined) throw new Error('these findings do not make one alert')
  return alert
}
