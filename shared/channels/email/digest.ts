import type { Alert } from '../../alert/alert.ts'
import type { Group } from '../../alert/alert-story.ts'
import { cutMail, emailOf } from '../../alert/email.ts'
import { bullet, indented, linkRow, paragraph } from '../../alert/lines.ts'
import { howMany, storyOfMany } from '../../alert/many-story.ts'
import { counted } from '../../alert/story.ts'
import { subjectWithin } from '../../alert/subject.ts'
import { emailBody, subjectOf } from '../../alert/tell.ts'
import { testStory } from '../../alert/test-story.ts'
import { limited } from '../../text/limited.ts'

/** What SNS mails: a subject and a text. */
export type Mail = { readonly Subject: string; readonly Message: string }

export const emailMessage = (alert: Alert): Mail => ({ Subject: subjectOf(alert), Message: emailBody(alert) })

// More than any person reads: 500 launches; and in bytes less than SNS takes.
const ITEMS = 500
const CHARACTERS = 60_000

const groupLines = ({ severity, title, where, items, console }: Group, shown: number): string =>
  [
    paragraph(`${severity}: ${title}`),
    indented(howMany({ where, items })),
    ...items.slice(0, shown).map((item, index) => bullet(String(index + 1), limited(item, 400))),
    ...(items.length > shown ? [indented(`and ${counted(items.length - shown)} more`)] : []),
    linkRow('Console', console),
  ].join('\n')

/** Many alerts in one mail: what is the same in one place is said once, and each launch is named. */
export const emailDigest = (alerts: readonly Alert[]): Mail => {
  const { severity, title, lead, groups } = storyOfMany(alerts)
  let left = ITEMS
  const sections = groups.slice(0, 100).map(group => {
    const shown = Math.min(group.items.length, Math.max(1, left))
    left -= shown
    return groupLines(group, shown)
  })
  const more =
    groups.length > 100 ? [paragraph(`And ${counted(groups.length - 100)} more groups, of less severity.`)] : []
  return {
    Subject: subjectWithin(`[${severity}] ${title}`),
    Message: cutMail([paragraph(title), paragraph(lead), ...sections, ...more].join('\n\n'), CHARACTERS),
  }
}

/** The mail of a test, sent at `at` (ISO 8601). */
export const emailTest = (at: string): Mail => {
  const story = testStory(at)
  return { Subject: subjectWithin(`[TEST] ${story.title}`), Message: emailOf(story) }
}
