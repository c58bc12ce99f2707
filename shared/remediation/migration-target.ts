import type { Actor, InstanceFacts } from '../facts/facts.ts'

/** An instance with the other facts that decide how to replace it. An absent fact is not known, and never means "no". */
export type MigrationTarget = {
  readonly region: string
  readonly instance: InstanceFacts
  readonly actor: Actor
  readonly isWindows?: boolean
  readonly rootVolumeId?: string
  readonly isOnDedicatedHost?: boolean
  readonly isHibernatable?: boolean
  /** The code of its product in AWS Marketplace; `none` if it is of no product. */
  readonly productCode?: string
  /** Whose its image is. `gone`: it was deregistered, or may not be seen. */
  readonly imageOwner?: 'this-account' | 'another' | 'gone'
  /** Whether EC2 launches anything from its image now. */
  readonly isImageLaunchable?: boolean
}
