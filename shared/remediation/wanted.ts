import type { MigrationTarget } from './migration-target.ts'
import { formatAwsCommand, orPlaceholder, type Step } from './step.ts'
import type { StepCode } from './step-table.ts'

/** What the words of a step depend on. */
export type Wanted = {
  readonly target: MigrationTarget
  /** The type of what is launched in its place. */
  readonly newType: string
  /** The type that the instance itself is changed to. */
  readonly ownNewType: string
  readonly changes: { readonly image: boolean; readonly type: boolean }
}

export type Words = Pick<Step, 'what' | 'commands' | 'risk'>
export type WordsOf<Code extends StepCode> = Readonly<Record<Code, (wanted: Wanted) => Words>>

export const idOf = ({ target }: Wanted): string => orPlaceholder(target.instance.instanceId, 'INSTANCE_ID')

/** A command of EC2, in the region of the instance. */
export const ec2 = ({ target }: Wanted, command: string): string => formatAwsCommand(target.region, `ec2 ${command}`)
