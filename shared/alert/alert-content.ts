import type { Severity } from '../rules/rule.ts'
import type { AlertKind } from './alert.ts'

// What every channel tells of an alert. The words are here and in what makes it; a channel adds only its layout, and makes
// the text harmless for the place where it is shown: names in it were chosen by strangers.

/** A short label and what there is to say under it. */
export type Field = { readonly label: string; readonly text: string }

/** One of several ways to do something, with lines to copy as they are. */
export type Step = {
  readonly text: string
  readonly copy: readonly string[]
  /** What is to be done after that, with its lines. */
  readonly next?: { readonly text: string; readonly copy: readonly string[] }
}

/** Things to do in a row or instead of each other. */
export type Steps = { readonly lead: string; readonly steps: readonly Step[]; readonly after: string }

/** What else was found, told shorter: what the main story says already is not said again. */
export type SecondarySection = {
  readonly severity: Severity
  readonly title: string
  readonly messages: readonly string[]
  readonly fields: readonly Field[]
}

/** What a subject is made of: what fits is taken. */
export type Subject = {
  /** What comes before the resource: everything first, and then, for where that is too long, only what matters most. */
  readonly leads: readonly string[]
  /** What it is about, the longest first. */
  readonly names: readonly string[]
}

export type AlertContent = {
  readonly kind: AlertKind
  readonly severity: Severity
  readonly subject: Subject
  /** `Paravirtual instance, to be stopped at 08:15 UTC`: what a message is headed by, after the severity. */
  readonly title: string
  /** Only where it is one of several parts. */
  readonly part?: string
  /** What is the case, or what happened: a sentence each. */
  readonly lead: readonly string[]
  /** What the lead says of how many, and which. */
  readonly fields: readonly Field[]
  /** What happened before, and what will happen: a sentence each. */
  readonly news: readonly string[]
  /** What, where, who, when. */
  readonly facts: readonly Field[]
  readonly why?: string
  readonly whatToDo: readonly Field[]
  /** What virtguard does about it, or did. */
  readonly did?: string
  readonly steps?: Steps
  readonly secondarySections: readonly SecondarySection[]
  /** Every id that it is about, where they are the story. */
  readonly ids?: readonly string[]
  /** Nothing is left to do. */
  readonly resolved?: true
  /** The page of the console; ours, and no text of strangers can change where it leads. */
  readonly console?: string
  /** The rule whose page has more. */
  readonly rule?: string
  /** What is of use later: how to read more, how to exempt, the id of the alert. */
  readonly footer: readonly Field[]
  /** What had to be left out, and where it is: a sentence each. */
  readonly leftOut: readonly string[]
}

/** Alerts that say the same of different launches in one place. */
export type Group = {
  readonly severity: Severity
  readonly title: string
  readonly where: string
  /** What each alert is about: every launch is named. */
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
