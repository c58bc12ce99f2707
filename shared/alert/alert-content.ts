import type { Severity } from '../rules/rule.ts'
import type { AlertKind } from './alert.ts'

// The content of an alert, for every channel. The words are here and in the builders. A channel adds only its layout,
// and escapes the text for its format, because strangers chose the names in it.

/** A short label and the text under it. */
export type Field = { readonly label: string; readonly text: string }

/** One of several ways to do something, with lines to copy as they are. */
export type Step = {
  readonly text: string
  readonly copy: readonly string[]
  /** The next step, with its lines. */
  readonly next?: { readonly text: string; readonly copy: readonly string[] }
}

/** Things to do in a row or instead of each other. */
export type Steps = { readonly lead: string; readonly steps: readonly Step[]; readonly after: string }

/** A finding beside the main one, with a shorter text that does not repeat the main section. */
export type SecondarySection = {
  readonly severity: Severity
  readonly title: string
  readonly messages: readonly string[]
  readonly fields: readonly Field[]
}

/** The parts of a subject: those that fit are used. */
export type Subject = {
  /** The part before the resource: complete first, and then, if that is too long, only the most important. */
  readonly leads: readonly string[]
  /** The resource, the longest form first. */
  readonly names: readonly string[]
}

export type AlertContent = {
  readonly kind: AlertKind
  readonly severity: Severity
  readonly subject: Subject
  /** `Paravirtual instance, to be stopped at 08:15 UTC`: the heading of a message, after the severity. */
  readonly title: string
  /** Only if it is one of several parts. */
  readonly part?: string
  /** The finding, or the event: a sentence each. */
  readonly lead: readonly string[]
  /** The number and the names in the lead. */
  readonly fields: readonly Field[]
  /** The events before, and those to come: a sentence each. */
  readonly news: readonly string[]
  /** The facts: what, where, who, when. */
  readonly facts: readonly Field[]
  readonly why?: string
  readonly whatToDo: readonly Field[]
  /** The action of virtguard. */
  readonly did?: string
  readonly steps?: Steps
  readonly secondarySections: readonly SecondarySection[]
  /** Every id of the alert, if the alert is about the ids. */
  readonly ids?: readonly string[]
  /** Nothing is left to do. */
  readonly resolved?: true
  /** The page of the console. The link is ours, and no text of strangers can change its target. */
  readonly console?: string
  /** The rule whose page has more. */
  readonly rule?: string
  /** Details for later: how to read more, how to exempt, the id of the alert. */
  readonly footer: readonly Field[]
  /** The parts that were left out, and where to find them: a sentence each. */
  readonly leftOut: readonly string[]
}

/** Alerts of different launches with the same findings in one account and region. */
export type Group = {
  readonly severity: Severity
  readonly title: string
  readonly where: string
  /** Whether its alerts announce stops; each item then begins with the time. */
  readonly announcesStops: boolean
  /** The source of each alert: every launch is named. */
  readonly items: readonly string[]
  readonly console: string
}

/** Many alerts in one message. */
export type CombinedContent = {
  /** The highest of them. */
  readonly severity: Severity
  readonly title: string
  readonly lead: string
  readonly groups: readonly Group[]
}
