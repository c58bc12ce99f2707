import type { Actor, InstanceFacts } from '../facts/facts.ts'

/** An instance with the other facts that decide how to replace it. */
export type MigrationTarget = {
  readonly region: string
  readonly instance: InstanceFacts
  readonly actor: Actor
  readonly isWindows?: boolean
  readonly rootVolumeId?: string
}
