import type { Action, Decision } from '../engine/finding.ts'
import type { Actor } from '../facts/facts.ts'
import { ruleById } from '../rules/registry.ts'
import type { Alert } from './alert.ts'
import { consoleLink } from './console-link.ts'
import { bullet, indented, listed, paragraph, row } from './lines.ts'
import { type Chapter, chaptersOf, counted, headlineOf, imagesOf, resourceIdsOf, resourcesOf } from './story.ts'

const MESSAGES_SHOWN = 3
const IMAGES_SHOWN = 3
// More text than any person reads, and far less than SNS takes: the JSON body has the rest.
const CHARACTERS = 24_000

const DID: Readonly<Record<Decision, string>> = {
  'alert-only': 'Alerted only',
  'would-stop': 'Alerted only',
  refuse: 'Alerted only, and will not stop it',
  defer: 'Will stop it',
  stop: 'Stops it',
}

const UNDECIDED =
  'Look at it in the console: UNKNOWN is not a pass. EC2 could not be asked or did not know; the log of the function Evaluate says which.'

const throughOf = (actor: Actor): string | undefined => {
  const parts = [
    actor.autoScalingGroup && `Auto Scaling group ${actor.autoScalingGroup}`,
    actor.launchTemplate && `launch template ${actor.launchTemplate}`,
    actor.fleet && `fleet ${actor.fleet}`,
    actor.cluster && `cluster ${actor.cluster}`,
    actor.stack && `stack ${actor.stack}`,
    actor.via,
  ].filter(part => part !== undefined && part !== '')
  return parts.length === 0 ? undefined : parts.join(', ')
}

const whatOf = (alert: Alert): string => {
  const resources = resourcesOf(alert)
  const images = imagesOf(alert).filter(id => !resources.includes(id))
  if (images.length === 0) return resources
  const more = images.length > IMAGES_SHOWN ? ', ...' : ''
  return `${resources}, image ${images.slice(0, IMAGES_SHOWN).join(', ')}${more}`
}

const NOBODY = 'not named in this event: CloudTrail has the call, and who made it'

const facts = (alert: Alert): readonly string[] => {
  const { accountId, region, event, actor } = alert
  const ids = resourceIdsOf(alert)
  const through = throughOf(actor)
  return [
    row('What', whatOf(alert)),
    ...(ids.length > 1 ? [row('Ids', listed(ids, ' (behind the link, and in the JSON of this alert)'))] : []),
    row('Where', `account ${accountId}, region ${region}`),
    row('Who', actor.arn ?? NOBODY),
    ...(through === undefined ? [] : [row('Through', through)]),
    row('When', `${event.time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')} (${event.name})`),
  ]
}

const todoOf = ({ first }: Chapter): string => (first.status === 'UNKNOWN' ? UNDECIDED : first.remediation)

const didOf = ({ decision, reason }: Action): string => `${DID[decision]}: ${reason}.`

const whyOf = ({ first }: Chapter): string => ruleById(first.rule)?.why ?? first.title

/** Which resources a chapter is about, where it is not all of them. */
const concerns = ({ resources }: Chapter, all: number): readonly string[] =>
  resources.length >= all ? [] : [bullet(`${counted(resources.length)} of ${counted(all)}`, listed(resources))]

const messagesOf = ({ messages, resources }: Chapter, line: (text: string) => string): readonly string[] => {
  const shown = messages.slice(0, MESSAGES_SHOWN)
  const more = resources.length - shown.length
  return [...shown, ...(more > 0 ? [`The same holds for ${counted(more)} more.`] : [])].map(line)
}

/** The worst of it, whole: what a reader needs to act, on one screen. */
const mainChapter = (chapter: Chapter, alert: Alert): readonly string[] => [
  `${alert.severity}: ${headlineOf(chapter.first)}`,
  ...(alert.part.of > 1 ? [`Part ${alert.part.number} of ${alert.part.of} of the same launch.`] : []),
  '',
  ...messagesOf(chapter, paragraph),
  ...concerns(chapter, resourceIdsOf(alert).length),
  '',
  ...facts(alert),
  row('Why', whyOf(chapter)),
  row('To do', todoOf(chapter)),
  row('virtguard', didOf(chapter.first.action)),
  `${'Console'.padEnd(10)}${consoleLink(alert)}`,
]

/** The rest, shorter: what is not decided has one thing to do, which is said once. */
const otherChapter = (chapter: Chapter, main: Chapter, all: number): string => {
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

const footer = (alert: Alert, { first }: Chapter): string =>
  [
    row('More', `virtguard rules ${first.rule}`),
    row(
      'Exempt',
      'to accept this for a while, add an exemption to the policy, with reason, owner and expiry (docs/policy.md)',
    ),
    row('Alert', alert.id),
  ].join('\n')

/** The alert as plain text that reads well in any mail client, at most 72 columns wide but for single long words. */
export const emailBody = (alert: Alert): string => {
  const [main, ...others] = chaptersOf(alert.findings)
  if (main === undefined) return ''
  const all = resourceIdsOf(alert).length
  const sections = [
    mainChapter(main, alert).join('\n'),
    ...(others.length > 0 ? ['Also:'] : []),
    ...others.map(chapter => otherChapter(chapter, main, all)),
    footer(alert, main),
  ]
  const text = sections.join('\n\n')
  if (text.length <= CHARACTERS) return text
  // Never half a character.
  const cut = text.slice(0, CHARACTERS).replace(/[\ud800-\udbff]$/, '')
  return `${cut}\n... cut: the whole is in the JSON of this alert.`
}
