import type { Actor, InstanceFacts } from './facts.ts'

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

/** Of everything that is known of a caller, as `readActor` reads it. */
const ACTOR_WRITERS: Readonly<Record<keyof Actor, Writer>> = {
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
