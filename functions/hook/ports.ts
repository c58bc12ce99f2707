import type { InstanceTypes } from '../../shared/catalogue/instance-types.ts'
import type { AccountRegion } from '../../shared/facts/account-region.ts'
import type { ImageFacts, InstanceTypeFacts, TemplateRef } from '../../shared/facts/facts.ts'
import type { HookOptions } from '../../shared/hook/answer.ts'
import type { Json } from '../../shared/lint/readers/json.ts'
import type { Policy } from '../../shared/policy/policy.ts'

/** Reads of AWS in the account and region of the hook. What does not exist is left out. Each throws what AWS throws. */
export type HookReader = {
  readonly template: (ref: TemplateRef) => Promise<Json | undefined>
  readonly configuration: (name: string) => Promise<Json | undefined>
  readonly images: (ids: readonly string[]) => Promise<readonly ImageFacts[]>
  /** By a public parameter of AWS. */
  readonly publicImage: (name: string) => Promise<ImageFacts | undefined>
  readonly types: (names: readonly string[]) => Promise<readonly InstanceTypeFacts[]>
}

export type HookPorts = {
  readonly options: HookOptions
  readonly place: AccountRegion
  /** The policy in force. */
  readonly policy: () => Promise<Policy>
  readonly types: InstanceTypes
  readonly now: () => Date
  readonly read: HookReader
  /** Rejects when no more may be read, so that there is time to answer. */
  readonly timeIsUp: Promise<never>
  readonly log: (level: 'info' | 'warn' | 'error', message: string, context: Readonly<Record<string, unknown>>) => void
  readonly count: (metric: 'HookProblems', value: number) => void
}
