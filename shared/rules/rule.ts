import type { InstanceTypes } from '../catalogue/instance-types.ts'
import type { EventKind } from '../facts/event.ts'
import type { InstanceTypeFacts, Subject } from '../facts/facts.ts'

export const SEVERITIES = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export type Severity = (typeof SEVERITIES)[number]

/** A fact that a rule needed and did not have, and the resource that has it, which decides where it can be read. */
export type MissingFact = { readonly of: 'instance' | 'image' | 'type' | 'template'; readonly fact: string }

/** A call of EC2, or of EC2 Auto Scaling, that reads facts. */
export type Ec2Read =
  | 'autoscaling:DescribeLaunchConfigurations'
  | 'ec2:DescribeInstances'
  | 'ec2:DescribeImages'
  | 'ec2:DescribeInstanceTypes'
  | 'ec2:DescribeLaunchTemplateVersions'

/** A rule's answer on one resource. UNKNOWN is neither a pass nor a failure. */
export type Verdict =
  | { readonly status: 'PASSED' }
  | {
      readonly status: 'FAILED'
      readonly reasons: readonly string[]
      readonly message: string
      /** Facts that would not change the verdict but add to it, such as what would fit. */
      readonly wants?: readonly MissingFact[]
      /** What to do about these reasons, if it is not the remediation of the rule. */
      readonly remediation?: string
    }
  | { readonly status: 'UNKNOWN'; readonly missing: readonly MissingFact[] }

export const PASSED: Verdict = { status: 'PASSED' }

/** Each option is a list of wildcard patterns: the one kind that rules have needed so far. */
export type RuleOptions = Readonly<Record<string, readonly string[]>>

export type RuleOption = {
  readonly default: readonly string[]
  readonly doc: string
  /**
   * If its patterns are of types or families: the effect on those that it names. A pattern that names none is reported.
   */
  readonly lists?: 'types-that-pass' | 'types-that-fail'
}

export type Rule = {
  /** Also the name of the rule's file, of its page under docs/rules and of its test. */
  readonly id: string
  /** The fault, as a headline of a few words. */
  readonly title: string
  /** One sentence: why anyone should care. */
  readonly why: string
  readonly severity: Severity
  /** The events that can decide it; the subscriptions of the stack are derived from these. */
  readonly events: readonly EventKind[]
  /** The reads of EC2 for facts that the event lacks. The permissions of the stack are derived from these. */
  readonly reads: readonly Ec2Read[]
  /** Controls of others that ask for the same. */
  readonly relatedControls: readonly string[]
  /** What to do: an action that exists. */
  readonly remediation: string
  /** Options with their defaults and a sentence each for the policy's schema. */
  readonly options: Readonly<Record<string, RuleOption>>
  /** The page of AWS about its subject; findings in other formats link to it. */
  readonly awsPage: string
  /**
   * The version of the policy's preset that brought the rule. A policy of an older preset has the rule off until it names
   * the rule, or asks for the newer preset.
   */
  readonly since: number
  /**
   * Whether an instance of this type may fail the rule: a quick scan asks EC2 for instances of such types only. Absent
   * if the type says nothing about it: a quick scan selects every paravirtual instance, of any type.
   */
  readonly mayFailOn?: (type: InstanceTypeFacts, options: RuleOptions) => boolean
  /** Patterns of types, from its options, that a quick scan selects though the catalogue may not know them. */
  readonly selects?: (options: RuleOptions) => readonly string[]
  /** The beginning of the subject of an alert, if the title and a colon would not do. */
  readonly subjectLead?: string
  /** The same if the finding is of an instance. */
  readonly instanceLead?: string
  /** PASSED if the rule does not concern the subject. Pure; must not throw. */
  readonly check: (subject: Subject, types: InstanceTypes, options: RuleOptions) => Verdict
}

export const createUnknown = (...missing: readonly MissingFact[]): Verdict => ({ status: 'UNKNOWN', missing })
