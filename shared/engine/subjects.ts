import type { Ec2Event, Launch } from '../facts/event.ts'
import type { ImageFacts, InstanceFacts, Subject } from '../facts/facts.ts'
import { createInstanceResource, launchRequestResource } from '../facts/resource.ts'

/** What an instance has of the image it was launched from. */
export const inheritFacts = ({
  name,
  tpmSupport: _tpmSupport,
  instanceTypeSpecification: _specification,
  imageState: _state,
  deprecationTime: _time,
  imageOwnerId: _owner,
  ...inherited
}: ImageFacts): InstanceFacts => (name === undefined ? inherited : { ...inherited, imageName: name })

/** One instance, known by its id, or, lacking that, by the event that launched it. */
export const createInstanceSubject = (
  origin: Pick<Launch, 'accountId' | 'region' | 'event'>,
  instance: InstanceFacts,
): Subject => ({
  kind: 'instance',
  instance,
  resource:
    instance.instanceId === undefined
      ? launchRequestResource(origin, origin.event.id)
      : createInstanceResource(origin, instance.instanceId),
})

const createUnlistedSubjects = (launch: Launch): readonly Subject[] => {
  const { unlisted } = launch
  if (unlisted === undefined) return []
  const { instanceIds, requested } = unlisted
  // Without any id there is still a launch to report: one subject, known by its event.
  if (instanceIds.length === 0) return launch.instances.length === 0 ? [createInstanceSubject(launch, requested)] : []
  return instanceIds.map(instanceId => createInstanceSubject(launch, { ...requested, instanceId }))
}

/** The subjects that the rules evaluate, from the event alone. Notifications and starts name instances without any fact. */
export const createSubjects = (event: Ec2Event): readonly Subject[] => {
  switch (event.kind) {
    case 'launch':
      return [
        ...event.instances.map(instance => createInstanceSubject(event, instance)),
        ...createUnlistedSubjects(event),
      ]
    case 'refused-launch':
    case 'template':
      return event.subjects
    case 'image':
      return [event.subject]
    case 'start':
      return event.instanceIds.map(instanceId => createInstanceSubject(event, { instanceId }))
    case 'running':
      return [createInstanceSubject(event, { instanceId: event.instanceId })]
    case 'ignored':
      return []
    default:
      return event satisfies never
  }
}
