import type { RuleOptions, Severity } from '../rules/rule.ts'

export const MODES = ['off', 'observe', 'enforce'] as const
export type Mode = (typeof MODES)[number]

export type RulePolicy = { readonly mode: Mode; readonly severity: Severity; readonly options: RuleOptions }

/** All keys that are given must match; `*` and `?` are wildcards in each. */
export type Match = {
  readonly accountId?: string
  readonly region?: string
  readonly instanceId?: string
  readonly imageId?: string
  readonly instanceType?: string
  readonly autoScalingGroup?: string
  readonly tags?: Readonly<Record<string, string>>
}

export type Exemption = {
  /** A rule's id, or `*`. */
  readonly rule: string
  readonly match: Match
  readonly reason: string
  readonly owner: string
  /** The last day on which it counts, in UTC: YYYY-MM-DD. */
  readonly expires: string
}

/** The policy with every default filled in: plain data, made by `parsePolicy` and by nothing else. */
export type Policy = {
  readonly version: 1
  readonly rules: Readonly<Record<string, RulePolicy>>
  readonly exemptions: readonly Exemption[]
  readonly stop: {
    readonly graceSeconds: number
    readonly budget: { readonly stops: number; readonly perSeconds: number }
  }
}
