import type { Action, Decision } from '../engine/finding.ts'
import { ruleById } from '../rules/registry.ts'
import { bullet, indented, listed } from './lines.ts'
import { type Chapter, counted, headlineOf } from './story.ts'

// The parts of a mail that tell one chapter, the same in each kind of mail.

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
export const concerns = ({ resources }: Chapter, all: number): readonly string[] =>
  resources.length >= all ? [] : [bullet(`${counted(resources.length)} of ${counted(all)}`, listed(resources))]

/** What is the case, in sentences: the first few that differ, and for how many more one of them holds. */
export const messagesOf = ({ messages, resources }: Chapter, line: (text: string) => string): readonly string[] => {
  const shown = messages.slice(0, MESSAGES_SHOWN)
  const more = resources.length - shown.length
  return [...shown, ...(more > 0 ? [`The same holds for ${counted(more)} more.`] : [])].map(line)
}

/** A lesser chapter, shorter: what the main one says already is not said again. */
export const otherChapter = (chapter: Chapter, main: Chapter, all: number): string => {
  const { first } = chapter
  const undecided = first.status === 'UNKNOWN'
  const sameTodo = todoOf(chapter) === todoOf(main)
  const sameAction = didOf(first.action) === didOf(main.first.action)
  return [
    `${first.severity}: ${headlineOf(first)} (${first.rule})`,
    ...messagesOf(chapter, indented),
    ...concerns(chapter, all),
    ...(undecided ? [] : [bullet('Why', whyOf(chapter))]),
    ...(sameTodo ? [] : [bullet('To do', todoOf(chapter))]),
    ...(sameAction ? [] : [bullet('virtguard', didOf(first.action))]),
  ].join('\n')
}
