import type { Actor, EventRef, InstanceFacts, Subject } from './facts.ts'

/** The kinds of event that virtguard subscribes to. A rule names those that can decide it. */
export const EVENT_KINDS = ['launch', 'refused-launch', 'image', 'template', 'running', 'start'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

type Origin = {
  readonly accountId: string
  readonly region: string
  readonly event: EventRef
  readonly actor: Actor
  /** Facts that the record has in a wrong type, each with why: they are not known. At most ten are named. */
  readonly misread?: readonly string[]
}

/** A RunInstances call that succeeded. */
export type Launch = Origin & {
  readonly kind: 'launch'
  /**
   * The reservation id, else the client token (the same if a call is repeated; `token-` before one that could be
   * mistaken for another id), else the event id. The event id does not come first, because CloudTrail may report one
   * launch again under another.
   */
  readonly launchId: string
  /** Empty if the record does not list them. */
  readonly instances: readonly InstanceFacts[]
  /**
   * Those that the record says were launched before the call: EC2 answers a call that repeats a client token with the
   * instances of the first, and launches none (EC2 API reference, Ensuring idempotency).
   */
  readonly launchedEarlier?: readonly string[]
  /** Those without a launch time in the record. */
  readonly undated?: readonly string[]
  /**
   * Set if the record does not carry the facts of its instances (CloudTrail omits a response over 100 kB, that is above
   * some 30 instances): the ways to find them.
   */
  readonly unlisted?: {
    readonly instanceIds: readonly string[]
    readonly clientToken?: string
    /** The values of the request, true of each of its instances. */
    readonly requested: InstanceFacts
  }
}

/** A call, or an activity of an Auto Scaling group, that EC2 refused because image and type do not fit. */
export type RefusedLaunch = Origin & {
  readonly kind: 'refused-launch'
  /** At least one; a fleet is refused several pairs in one call. */
  readonly subjects: readonly RefusedSubject[]
}

export type RefusedSubject = Subject & { readonly kind: 'refused-launch' }

/** An image registered, imported or copied. */
export type ImageCreation = Origin & { readonly kind: 'image'; readonly subject: Subject & { kind: 'image' } }

/**
 * A launch template, a version of one, or a launch configuration that somebody made, or an Auto Scaling group that somebody
 * gave another: at least one subject, and of a group one for each pair that it may launch.
 */
export type TemplateCreation = Origin & {
  readonly kind: 'template'
  readonly subjects: readonly (Subject & { readonly kind: 'template' })[]
}

/** EC2 itself says that an instance is running, and nothing else. */
export type Running = Origin & { readonly kind: 'running'; readonly instanceId: string }

/** A StartInstances call that succeeded: somebody started instances that had been stopped. It has no facts of them. */
export type Start = Origin & {
  readonly kind: 'start'
  /** Without those that ran, as the record says: to start one of these changes nothing. At least one. */
  readonly instanceIds: readonly string[]
  /** Those for which the record does not say that they were down: the caller may have named any. */
  readonly unproven?: readonly string[]
}

/** A record that is whole but not ours: another call, a dry run, a launch refused for other reasons, another state. */
export type Ignored = {
  readonly kind: 'ignored'
  /** Of a call that is not ours only its name is sure to be known. */
  readonly event: Pick<EventRef, 'name'> & Partial<EventRef>
  readonly why: string
}

export type Ec2Event = Launch | RefusedLaunch | ImageCreation | TemplateCreation | Running | Start | Ignored
