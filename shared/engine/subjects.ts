import type { Ec2Event, Launch } from '../facts/event.ts'
import type { InstanceFacts, Subject } from '../facts/facts.ts'
import { instanceResource, launchRequestResource } from '../facts/resource.ts'

/** One instance, known by its id, or, lacking that, by the event that launched it. */
export const instanceSubject = (
  origin: Pick<Launch, 'accountId' | 'region' | 'event'>,
  instance: InstanceFacts,
): Subject => ({
  kind: 'instance',
  instance,
  resource:
    instance.instanceId === undefined
      ? launchRequestResource(origin, origin.event.id)
      : instanceResource(origin, instance.instanceId),
})

const unlistedSubjects = (launch: Launch): readonly Subject[] => {
  const { unlisted } = launch
  if (unlisted === undefined) return []
  const { instanceIds, requested } = unlisted
  // Without any id there is still a launch to report: one subject, known by its event.
  if (instanceIds.length === 0) return launch.instances.length === 0 ? [instanceSubject(launch, requested)] : []
  return instanceIds.map(instanceId => instanceSubject(launch, { ...requested, instanceId }))
}

/** The subjects that the rules evaluate, from the event alone. Notifications and starts name instances without any fact. */
export const subjectsOf = (event: Ec2Event): readonly Subject[] => {
  switch (event.kind) {
    case 'launch':
      return [...event.instances.map(instance => instanceSubject(event, instance)), ...unlistedSubjects(event)]
    case 'refused-launch':
    case 'image':
      return [event.subject]
    case 'start':
      return event.instanceIds.map(instanceId => instanceSubject(event, { instanceId }))
    case 'running':
      return [instanceSubject(event, { instanceId: event.instanceId })]
    case 'ignored':
      return []
    default:
      return event satisfies never
  }
}
