import type { Actor, InstanceFacts, Refusal, Subject } from './facts.ts'

/**
 * Who can write a fact that refusals and exemptions read. `aws`: AWS alone. `launcher`: the launcher chooses it, and
 * EC2 follows. `tagger`: whoever may tag the instance, which at the launch is the launcher.
 */
export type Writer = 'aws' | 'launcher' | 'tagger'

/**
 * The writer of every fact of an instance. A new fact needs an entry here. Facts of its image belong to whoever chose
 * the image.
 */
const INSTANCE_WRITERS: Readonly<Record<Exclude<keyof InstanceFacts, 'tags'>, Writer>> = {
  instanceId: 'aws',
  instanceType: 'launcher',
  state: 'aws',
  launchTime: 'aws',
  reservationId: 'aws',
  ownerId: 'aws',
  clientToken: 'launcher',
  createdAt: 'aws',
  lifecycle: 'launcher',
  spotRequest: 'launcher',
  stopProtected: 'launcher',
  managedBy: 'aws',
  imageId: 'launcher',
  virtualizationType: 'launcher',
  enaSupport: 'launcher',
  architecture: 'launcher',
  bootMode: 'launcher',
  rootDeviceType: 'launcher',
  // It describes, and nothing is decided on it.
  imageName: 'launcher',
}

type FactsOf<Kind extends Subject['kind']> = keyof Omit<Extract<Subject, { kind: Kind }>, 'kind' | 'resource'>

/**
 * Of a refused call: its caller asked for it, and nobody has checked that it is so. The words of the refusal are AWS's, and
 * with them the type that an instance had.
 */
const REFUSAL_WRITERS: Readonly<Record<keyof Refusal | Exclude<FactsOf<'refused-launch'>, 'refusal'>, Writer>> = {
  reason: 'aws',
  message: 'aws',
  asked: 'launcher',
  group: 'launcher',
  from: 'aws',
  instanceType: 'launcher',
  image: 'launcher',
  name: 'tagger',
}

/** Of a launch template, a launch configuration or a group: whoever made or changed it, and that need not be a launcher. */
const TEMPLATE_WRITERS: Readonly<Record<FactsOf<'template'>, 'author'>> = {
  what: 'author',
  group: 'author',
  instanceType: 'author',
  image: 'author',
  open: 'author',
  from: 'author',
}

const WRITERS_OF: Readonly<Partial<Record<Subject['kind'], Readonly<Record<string, Writer | 'author'>>>>> = {
  instance: INSTANCE_WRITERS,
  'refused-launch': REFUSAL_WRITERS,
  template: TEMPLATE_WRITERS,
}

/** Who can write a fact of such a subject; undefined if it has none of that name. Facts of an image are its owner's. */
export const findFactWriter = (kind: Subject['kind'], fact: string): Writer | 'author' | undefined =>
  WRITERS_OF[kind]?.[fact]

/** Of everything that is known of a caller, as `readActor` reads it. */
const ACTOR_WRITERS: Readonly<Record<keyof Actor, Writer>> = {
  // AWS's word of who made the call. Whether that call made the instance, or repeated another, is for `nameCaller`.
  arn: 'aws',
  via: 'aws',
  autoScalingGroup: 'aws',
  fleet: 'aws',
  stack: 'aws',
  // These describe, and nothing is decided on them.
  launchTemplate: 'launcher',
  cluster: 'tagger',
}

/** Only AWS can write a tag whose key begins like this (AWS: Tag naming limits and requirements). */
const RESERVED = 'aws:'

export const findTagWriter = (key: string): Writer => (key.startsWith(RESERVED) ? 'aws' : 'tagger')

type Evidence = { readonly evidence: string; readonly writtenBy: 'aws' | 'launcher' }

/** For a reader of a refusal it is the same who of those that AWS is not. */
const buildEvidence = (evidence: string, writer: Writer): Evidence => ({
  evidence,
  writtenBy: writer === 'aws' ? 'aws' : 'launcher',
})

/** That a tag says so. */
export const buildTagEvidence = (key: string): Evidence => buildEvidence(`tag ${key}`, findTagWriter(key))

/** Evidence from a fact of the instance; `name` is what AWS calls it. */
export const buildInstanceEvidence = (fact: keyof typeof INSTANCE_WRITERS, name: string): Evidence =>
  buildEvidence(name, INSTANCE_WRITERS[fact])

/** That it is known of the call. */
export const buildActorEvidence = (fact: keyof Actor, name: string): Evidence =>
  buildEvidence(name, ACTOR_WRITERS[fact])
