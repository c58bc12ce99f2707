import { ruleById } from '../rules/registry.ts'
import { plain } from '../text/untrusted.ts'
import { wrap } from '../text/wrap.ts'
import type { Alert } from './alert.ts'
import { consoleLink } from './console-link.ts'
import { type Chapter, chaptersOf, headlineOf, resourcesOf } from './story.ts'

const COLUMNS = 72
const MESSAGES_SHOWN = 3
const RESOURCES_SHOWN = 20
// More text than any person reads, and far less than SNS takes: the JSON body has the rest.
const CHARACTERS = 24_000

const DECIDED = {
  'alert-only': 'Only alerted',
  refuse: 'Does not stop it',
  'would-stop': 'Would stop it',
  defer: 'Will stop it',
  stop: 'Stops it',
} as const

const row = (label: string, text: string): string =>
  wrap(plain(text), { columns: COLUMNS, first: label.padEnd(10), rest: ' '.repeat(10) })

const bullet = (label: string, text: string): string =>
  wrap(`${label}: ${plain(text)}`, { columns: COLUMNS, first: '   ', rest: '     ' })

const throughOf = ({ actor }: Alert): string | undefined => {
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

const facts = (alert: Alert): string => {
  const images = [...new Set(alert.findings.map(({ facts: { imageId } }) => imageId))].filter(id => id !== undefined)
  const through = throughOf(alert)
  return [
    row('What', resourcesOf(alert)),
    ...(images.length > 0 ? [row('Image', images.slice(0, 5).join(', '))] : []),
    row('Where', `account ${alert.accountId}, region ${alert.region}`),
    row('When', `${alert.event.time} (${alert.event.name})`),
    row('Who', alert.actor.arn ?? 'not named in the event that came first'),
    ...(through === undefined ? [] : [row('Through', through)]),
  ].join('\n')
}

const others = ({ resources }: Chapter): readonly string[] => {
  if (resources.length <= MESSAGES_SHOWN) return []
  const listed = resources.slice(MESSAGES_SHOWN, MESSAGES_SHOWN + RESOURCES_SHOWN)
  const more = resources.length - MESSAGES_SHOWN - listed.length
  const rest = more > 0 ? ` and ${more} more, all listed in the JSON of this alert` : ''
  return [bullet('The same', `${listed.join(', ')}${rest}.`)]
}

const chapterText = (chapter: Chapter): string => {
  const { first, messages } = chapter
  const why = ruleById(first.rule)?.why
  return [
    `${first.severity}  ${first.title}  (${first.rule}, ${first.status})`,
    ...messages
      .slice(0, MESSAGES_SHOWN)
      .map(message => wrap(plain(message), { columns: COLUMNS, first: '   ', rest: '   ' })),
    ...others(chapter),
    ...(why === undefined ? [] : [bullet('Why', why)]),
    bullet('To do', first.remediation),
    bullet('virtguard', `${DECIDED[first.action.decision]}: ${first.action.reason}.`),
    bullet('More', `virtguard rules ${first.rule}`),
  ].join('\n')
}

/** The alert as plain text that reads well in any mail client, at most 72 columns wide but for links. */
export const emailBody = (alert: Alert): string => {
  const chapters = chaptersOf(alert.findings).map(chapterText)
  const part = alert.part.of > 1 ? [`Part ${alert.part.number} of ${alert.part.of}.`, ''] : []
  const text = [
    `${alert.severity}: ${headlineOf(alert)}`,
    '',
    ...part,
    facts(alert),
    row('Console', consoleLink(alert)),
    '',
    chapters.join('\n\n'),
    '',
    row('Exempt', 'add an exemption with a reason, an owner and an expiry date to the policy (docs/policy.md).'),
    row('Alert', alert.id),
  ].join('\n')
  return text.length <= CHARACTERS
    ? text
    : `${text.slice(0, CHARACTERS)}\n... cut: the whole is in the JSON of this alert.`
}
