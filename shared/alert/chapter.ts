import type { Action, Decision } from '../reasons/action.ts'
import { ruleById } from '../rules/registry.ts'
import type { Aside, Point } from './alert-story.ts'
import { point } from './facts.ts'
import { type Chapter, counted, headlineOf, listed } from './story.ts'

// What is told of one chapter, the same in each kind of alert.

const MESSAGES_SHOWN = 3

const DID: Readonly<Record<Exclude<Decision, 'defer'>, string>> = {
  'alert-only': 'Alerted only',
  'would-stop': 'Alerted only',
  refuse: 'Alerted only, and will not stop it',
  stop: 'Stops it',
}

const UNDECIDED =
  'Look at it in the console: UNKNOWN is not a pass. EC2 could not be asked or did not know; the log of the function Evaluate says which.'

export const todoOf = ({ first }: Chapter): string => (first.status === 'UNKNOWN' ? UNDECIDED : first.remediation)

export const didOf = ({ decision, reason }: Action): string =>
  decision === 'defer'
    ? `${reason.charAt(0).toUpperCase()}${reason.slice(1)}, unless that is prevented.`
    : `${DID[decision]}: ${reason}.`

export const whyOf = ({ first }: Chapter): string => ruleById(first.rule)?.why ?? first.title

/** Which resources a chapter is about, where it is not all of them. */
export const concerns = ({ resources }: Chapter, all: number): readonly Point[] =>
  resources.length >= all ? [] : [point(`${counted(resources.length)} of ${counted(all)}`, listed(resources))]

/** What is the case, in sentences: the first few that differ, and for how many more one of them holds. */
export const messagesOf = ({ messages, resources }: Chapter): readonly string[] => {
  const shown = messages.slice(0, MESSAGES_SHOWN)
  const more = resources.length - shown.length
  return [...shown, ...(more > 0 ? [`The same holds for ${counted(more)} more.`] : [])]
}

/** A chapter that is told beside the main one: its heading, its messages, and which resources it concerns. */
export const asideOf = (chapter: Chapter, all: number): Aside => ({
  severity: chapter.first.severity,
  title: `${headlineOf(chapter.first)} (${chapter.first.rule})`,
  messages: messagesOf(chapter),
  points: concerns(chapter, all),
})
