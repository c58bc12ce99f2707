import { type Alert, buildFindingAlerts, type Source } from '../../shared/alert/alert.ts'
import { buildOutcomeAlerts, type EndedFinding } from '../../shared/alert/outcome.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Actor, InstanceFacts, Subject } from '../../shared/facts/facts.ts'
import { createInstanceResource, launchRequestResource } from '../../shared/facts/resource.ts'
import { parsePolicy } from '../../shared/policy/load.ts'

// The subject of the pictures: launches as EC2 reports them, evaluated by the real rules.

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

const renderSubject = (facts: InstanceFacts): Subject => ({
  kind: 'instance',
  resource: createInstanceResource(PLACE, facts.instanceId ?? ''),
  instance: facts,
})

type EvaluationContext = { readonly actor: Actor; readonly enforce?: boolean }

const evaluateSubjects = (subject: Subject, { actor, enforce = false }: EvaluationContext): readonly Finding[] =>
  evaluate(
    { subject, event: EVENT, actor },
    { policy: enforce ? ENFORCE : OBSERVE, types: loadCatalogue(), now: NOW, canStop: true },
  )

const buildOne = (alerts: readonly Alert[]): Alert => {
  const [alert] = alerts
  if (alert === undefined) throw new Error('nothing was found')
  return alert
}

const createSource = (actor: Actor, launchId = 'r-0c9e6f7a8b1d2e3f4'): Source => ({
  ...PLACE,
  launchId,
  event: EVENT,
  actor,
})
const CLAIMANT = { claimant: 'a-message', now: NOW }

/** Two paravirtual instances of a person, observed. */
export const createObserved = (): Alert =>
  buildOne(
    buildFindingAlerts(
      createSource(PERSON),
      [PV, { ...PV, instanceId: 'i-0a1b2c3d4e5f60719' }].flatMap(facts =>
        evaluateSubjects(renderSubject(facts), { actor: PERSON }),
      ),
      CLAIMANT,
    ),
  )

const describePromise = (): readonly Finding[] => evaluateSubjects(renderSubject(PV), { actor: PERSON, enforce: true })

/** One that will be stopped. */
export const toBeStopped = (): Alert => buildOne(buildFindingAlerts(createSource(PERSON), describePromise(), CLAIMANT))

/** The outcomes of that. */
export const createStopped = (): Alert => {
  const outcome = { state: 'STOPPED', at: '2026-11-24T08:16:02Z', why: 'EC2 says that it is stopped' } as const
  const ended: readonly EndedFinding[] = describePromise()
    .filter(({ action }) => action.decision === 'defer')
    .map(finding => ({ ...finding, outcome }))
  return buildOne(
    buildOutcomeAlerts(createSource(PERSON), ended, { claimant: 'another', now: new Date('2026-11-24T08:16:03Z') }),
  )
}

/** A member of a group, which would be replaced. */
export const createOfGroup = (): Alert =>
  buildOne(
    buildFindingAlerts(
      createSource(GROUP),
      evaluateSubjects(renderSubject(PV), { actor: GROUP, enforce: true }),
      CLAIMANT,
    ),
  )

const createRefused = (): Alert => {
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
  return buildOne(
    buildFindingAlerts(createSource(PERSON, EVENT.id), evaluateSubjects(subject, { actor: PERSON }), CLAIMANT),
  )
}

/** A burst: many launches in a minute, alerted in one message. */
export const runBurst = (): readonly Alert[] => [
  ...Array.from({ length: 9 }, (_, index) => {
    const facts = { ...PV, instanceId: `i-0a1b2c3d4e5f6${(0x0800 + index * 37).toString(16).padStart(4, '0')}` }
    const launchId = `r-0c9e6f7a8b1d2${(0x0300 + index * 53).toString(16).padStart(4, '0')}`
    return buildOne(
      buildFindingAlerts(
        createSource(PERSON, launchId),
        evaluateSubjects(renderSubject(facts), { actor: PERSON }),
        CLAIMANT,
      ),
    )
  }),
  createRefused(),
]
