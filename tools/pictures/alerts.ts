import { type Alert, alertsOf, type Occasion } from '../../shared/alert/alert.ts'
import { type EndedFinding, outcomeAlert } from '../../shared/alert/outcome.ts'
import { catalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Actor, InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { instanceResource, launchRequestResource } from '../../shared/facts/resource.ts'
import { parsePolicy } from '../../shared/policy/load.ts'

// What the pictures show: launches as EC2 reports them, judged by the real rules.

const PLACE = { accountId: '123456789012', region: 'us-east-1' } as const
const NOW = new Date('2026-11-24T08:00:30Z')
const EVENT = {
  id: '8e0d2a52-7a37-4d6c-9f4b-0c2f9a1f6c11',
  name: 'RunInstances',
  time: '2026-11-24T08:00:21Z',
} as const
const PERSON: Actor = { arn: 'arn:aws:sts::123456789012:assumed-role/deploy/ada@example.com' }
const GROUP: Actor = {
  arn: 'arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling',
  via: 'autoscaling.amazonaws.com',
  autoScalingGroup: 'legacy-web',
  launchTemplate: 'lt-0f3c9d2e1b7a65840:4',
}
const ENFORCE = parsePolicy('version: 1\nrules:\n  paravirtual-instance: { mode: enforce }\n', 'policy.yaml')
const OBSERVE = parsePolicy('version: 1\n', 'policy.yaml')

const PV: InstanceFacts = {
  instanceId: 'i-0a1b2c3d4e5f60718',
  imageId: 'ami-0b5eea76982371e91',
  instanceType: 'm1.small',
  virtualizationType: 'paravirtual',
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  state: 'pending',
  lifecycle: 'on-demand',
  tags: {},
}

const subjectOf = (facts: InstanceFacts): Subject => ({
  kind: 'instance',
  resource: instanceResource(PLACE, facts.instanceId ?? ''),
  instance: facts,
})

type Judging = { readonly actor: Actor; readonly enforce?: boolean }

const judged = (subject: Subject, { actor, enforce = false }: Judging): readonly Finding[] =>
  evaluate(
    { subject, event: EVENT, actor },
    { policy: enforce ? ENFORCE : OBSERVE, types: catalogue(), now: NOW, canStop: true },
  )

const one = (alerts: readonly Alert[]): Alert => {
  const [alert] = alerts
  if (alert === undefined) throw new Error('nothing was found')
  return alert
}

const occasion = (actor: Actor, launchId = 'r-0c9e6f7a8b1d2e3f4'): Occasion => ({
  ...PLACE,
  launchId,
  event: EVENT,
  actor,
})
const TELLER = { claimant: 'a-message', now: NOW }

/** Two paravirtual instances of a person, observed. */
export const observed = (): Alert =>
  one(
    alertsOf(
      occasion(PERSON),
      [PV, { ...PV, instanceId: 'i-0a1b2c3d4e5f60719' }].flatMap(facts => judged(subjectOf(facts), { actor: PERSON })),
      TELLER,
    ),
  )

const promised = (): readonly Finding[] => judged(subjectOf(PV), { actor: PERSON, enforce: true })

/** One that will be stopped. */
export const toBeStopped = (): Alert => one(alertsOf(occasion(PERSON), promised(), TELLER))

/** What became of that. */
export const stopped = (): Alert => {
  const outcome = { state: 'STOPPED', at: '2026-11-24T08:16:02Z', why: 'EC2 says that it is stopped' } as const
  const ended: readonly EndedFinding[] = promised()
    .filter(({ action }) => action.decision === 'defer')
    .map(finding => ({ ...finding, outcome }))
  return one(outcomeAlert(occasion(PERSON), ended, { claimant: 'another', now: new Date('2026-11-24T08:16:03Z') }))
}

/** A member of a group, which would be replaced. */
export const ofGroup = (): Alert =>
  one(alertsOf(occasion(GROUP), judged(subjectOf(PV), { actor: GROUP, enforce: true }), TELLER))

const refused = (): Alert => {
  const subject: Subject = {
    kind: 'refused-launch',
    resource: launchRequestResource(PLACE, EVENT.id),
    refusal: {
      reason: 'ENA_REQUIRED',
      message:
        "Enhanced networking with the Elastic Network Adapter (ENA) is required for the 'm7i.large' instance type.",
    },
    instanceType: 'm7i.large',
    image: { imageId: 'ami-0c55b159cbfafe1f0', virtualizationType: 'hvm', enaSupport: false },
  }
  return one(alertsOf(occasion(PERSON, EVENT.id), judged(subject, { actor: PERSON }), TELLER))
}

/** A burst: many launches in a minute, told in one message. */
export const burst = (): readonly Alert[] => [
  ...Array.from({ length: 9 }, (_, index) => {
    const facts = { ...PV, instanceId: `i-0a1b2c3d4e5f6${(0x0800 + index * 37).toString(16).padStart(4, '0')}` }
    const launchId = `r-0c9e6f7a8b1d2${(0x0300 + index * 53).toString(16).padStart(4, '0')}`
    return one(alertsOf(occasion(PERSON, launchId), judged(subjectOf(facts), { actor: PERSON }), TELLER))
  }),
  refused(),
]
