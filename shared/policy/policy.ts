import type { RuleOptions, Severity } from '../rules/rule.ts'
import type { AccountMatch } from './account-match.ts'

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
  /** Of a resource in a file, or the path of its construct: what is deployed has none. */
  readonly address?: string
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

/** The secret in AWS Secrets Manager, and its KMS key if you have one of your own. */
type Secret = { readonly secret: string; readonly key?: string }

/**
 * The configuration of channels. Secrets are ARNs of AWS Secrets Manager: no policy, template or log has their content.
 */
export type Channel =
  | (Secret & {
      readonly type: 'slack'
      /** Its id, like C0123ABCD. */
      readonly channel: string
      /** The address of Slack's API, with a slash at its end. That of slack.com by default. */
      readonly api?: string
    })
  | (Secret & { readonly type: 'slack-webhook' })
  | (Secret & { readonly type: 'teams' })
  | (Secret & { readonly type: 'webhook'; readonly format: 'alert' | 'ocsf' })
  | { readonly type: 'amazon-q' }
  | { readonly type: 'security-hub' }
  | {
      readonly type: 'event-bus'
      /** A name or an ARN. */
      readonly bus: string
    }
  | { readonly type: 'email'; readonly addresses: readonly string[] }

/**
 * Which alerts a route is for. Every key that is given must match, and one entry of its list is enough; `*` and `?` are
 * wildcards in rules, accounts and regions.
 */
export type RouteMatch = {
  readonly severity?: readonly Severity[]
  readonly rule?: readonly string[]
  readonly accountId?: readonly string[]
  readonly region?: readonly string[]
  readonly mode?: Exclude<Mode, 'off'>
}

/** Times of the day as `HH:MM`, in a zone of the IANA time zone database. */
export type Quiet = { readonly from: string; readonly to: string; readonly zone: string }
export type Daily = { readonly at: string; readonly zone: string }

export type Route = {
  readonly match: RouteMatch
  /** Names of channels. */
  readonly to: readonly string[]
  /** Alerts of these hours wait until their end. Never together with `daily`. */
  readonly quiet?: Quiet
  /** Alerts wait until this time of the day. */
  readonly daily?: Daily
}

/** Which accounts and regions of the organization are guarded: those that are included, without those that are excluded. */
export type OrganizationScope = {
  readonly accounts?: { readonly include?: readonly AccountMatch[]; readonly exclude?: readonly AccountMatch[] }
  /** Patterns. */
  readonly regions?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] }
}

/** Modes and severities that differ in some accounts. The first override that matches and has one counts. */
export type Override = {
  readonly match: AccountMatch
  readonly rules: Readonly<Record<string, { readonly mode?: Mode; readonly severity?: Severity }>>
}

/** The policy with every default filled in: plain data, made by `parsePolicy` and by nothing else. */
export type Policy = {
  readonly version: 1
  readonly rules: Readonly<Record<string, RulePolicy>>
  readonly exemptions: readonly Exemption[]
  readonly stop: {
    readonly graceSeconds: number
    /** Absent if tags that anybody may set prevent the stop of an instance whose owner would replace it. */
    readonly ownerTags?: 'ignore'
    /** `whenSpent`: a stop that it has no room for waits. Absent: it is left. */
    readonly budget: { readonly stops: number; readonly perSeconds: number; readonly whenSpent?: 'wait' }
    /** All accounts of this stack together. Absent: only each account has a budget. */
    readonly organization?: { readonly stops: number; readonly perSeconds: number }
    /** A sweep promises stops as well. Absent: it only alerts. */
    readonly existing?: true
    /** The next sweep promises again what was not stopped while stops were disabled. Absent: it stays running. */
    readonly resume?: 'sweep'
  }
  /** Names of accounts by id, to be shown. Absent if there is none. */
  readonly accountNames?: Readonly<Record<string, string>>
  /** Absent: every account and region whose events arrive. */
  readonly organization?: OrganizationScope
  /** Absent if there is none. */
  readonly overrides?: readonly Override[]
  /** By name. Absent if there is none. */
  readonly channels?: Readonly<Record<string, Channel>>
  /** Absent if there is none: then every alert goes to every channel, at once. */
  readonly routes?: readonly Route[]
}
