import type { Alert } from '../../alert/alert.ts'
import type { Group } from '../../alert/alert-content.ts'
import { buildManyContent, countItems, describeUnshown } from '../../alert/combined-content.ts'
import { formatInstances } from '../../alert/content.ts'
import { cutMail, renderEmail } from '../../alert/email.ts'
import { indentText, linkRow, renderBullet, renderParagraph } from '../../alert/lines.ts'
import { renderEmailBody, renderSubject } from '../../alert/render-alert.ts'
import { fitSubject } from '../../alert/subject.ts'
import { testContent } from '../../alert/test-content.ts'
import { limitText } from '../../text/limited.ts'

/** An email of SNS: a subject and a text. */
export type Mail = { readonly Subject: string; readonly Message: string }

export const renderEmailMessage = (alert: Alert): Mail => ({
  Subject: renderSubject(alert),
  Message: renderEmailBody(alert),
})

// More than any person reads: 500 launches; and in bytes less than SNS takes.
const ITEMS = 500
const CHARACTERS = 60_000

const groupLines = ({ severity, title, where, items, console }: Group, shown: number): string =>
  [
    renderParagraph(`${severity}: ${title}`),
    indentText(countItems({ where, items })),
    ...items.slice(0, shown).map((item, index) => renderBullet(String(index + 1), limitText(item, 400))),
    ...(items.length > shown ? [indentText(`and ${formatInstances(items.length - shown)} more`)] : []),
    linkRow('Console', console),
  ].join('\n')

/**
 * Many alerts in one email: findings that are the same in one account and region are listed once, and each launch is
 * named.
 */
export const renderEmailDigest = (alerts: readonly Alert[]): Mail => {
  const { severity, title, lead, groups } = buildManyContent(alerts)
  let left = ITEMS
  const sections = groups.slice(0, 100).map(group => {
    const shown = Math.min(group.items.length, Math.max(1, left))
    left -= shown
    return groupLines(group, shown)
  })
  const unshown = describeUnshown(groups, sections.length)
  const more = unshown === undefined ? [] : [renderParagraph(unshown)]
  return {
    Subject: fitSubject(`[${severity}] ${title}`),
    Message: cutMail([renderParagraph(title), renderParagraph(lead), ...sections, ...more].join('\n\n'), CHARACTERS),
  }
}

/** The mail of a test, sent at `at` (ISO 8601). */
export const renderEmailTest = (at: string): Mail => {
  const content = testContent(at)
  return { Subject: fitSubject(`[TEST] ${content.title}`), Message: renderEmail(content) }
}
