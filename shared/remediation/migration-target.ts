import type { Actor, InstanceFacts } from '../facts/facts.ts'

/** An instance with what else decides how it is to be replaced. */
export type MigrationTarget = {
  readonly region: string
  readonly instance: InstanceFacts
  readonly actor: Actor
  readonly isWindows?: boolean
  readonly rootVolumeId?: string
}
