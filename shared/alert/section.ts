import type { Action, Decision } from '../reasons/action.ts'
import { findRule } from '../rules/registry.ts'
import type { Field, SecondarySection } from './alert-content.ts'
import { buildHeadline, formatIds, formatInstances, type Section } from './content.ts'
import { createField } from './facts.ts'

// A section of the content, the same for each kind of alert.

const MESSAGES_SHOWN = 3

const DID: Readonly<Record<Exclude<Decision, 'defer'>, string>> = {
  'alert-only': 'Alerted only',
  'would-stop': 'Alerted only',
  refuse: 'Alerted only; virtguard will not stop it',
  stop: 'Stops it',
}

const UNDECIDED =
  'Check it in the console: UNKNOWN is not a pass. EC2 could not be asked, or it did not know. The log of the function Evaluate says which.'

export const getRemediation = ({ first }: Section): string =>
  first.status === 'UNKNOWN' ? UNDECIDED : first.remediation

export const describeAction = ({ decision, reason }: Action): string =>
  decision === 'defer'
    ? `${reason.charAt(0).toUpperCase()}${reason.slice(1)}, unless you prevent it.`
    : `${DID[decision]}: ${reason}.`

export const getRationale = ({ first }: Section): string => findRule(first.rule)?.why ?? first.title

/** The resources of a section, if they are not all of them. */
export const listConcernedResources = ({ resources }: Section, all: number): readonly Field[] =>
  resources.length >= all
    ? []
    : [createField(`${formatInstances(resources.length)} of ${formatInstances(all)}`, formatIds(resources))]

/** The messages of a section: the first few that differ, and to how many others they apply. */
export const getMessages = ({ messages, resources }: Section): readonly string[] => {
  const shown = messages.slice(0, MESSAGES_SHOWN)
  const more = resources.length - shown.length
  return [...shown, ...(more > 0 ? [`The same applies to ${formatInstances(more)} more.`] : [])]
}

/** A secondary section: its heading, its messages, and its resources. */
export const createSecondarySection = (section: Section, all: number): SecondarySection => ({
  severity: section.first.severity,
  title: `${buildHeadline(section.first)} (${section.first.rule})`,
  messages: getMessages(section),
  fields: listConcernedResources(section, all),
})
