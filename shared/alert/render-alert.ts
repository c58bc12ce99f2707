import type { Alert } from './alert.ts'
import type { AlertContent } from './alert-content.ts'
import { buildBareContent, isSome } from './bare-content.ts'
import { buildDigestContent } from './digest-content.ts'
import { renderEmail } from './email.ts'
import { buildFindingAlertContent } from './finding-alert-content.ts'
import { noticeContent } from './notice-content.ts'
import { buildOutcomeContent, groupResolvedSections } from './outcome-content.ts'
import { buildSnsMessage, type SnsMessage } from './sns-message.ts'
import { buildSubject } from './subject.ts'
import { isOfSweep } from './sweep-alert.ts'
import { sweepOutcomeContent } from './sweep-content.ts'

const buildOutcomeAlertContent = (alert: Alert): AlertContent => {
  const sections = groupResolvedSections(alert)
  if (!isSome(sections)) return buildBareContent(alert)
  return isOfSweep(alert) ? sweepOutcomeContent(alert, sections) : buildOutcomeContent(alert, sections)
}

/** The content of an alert, the same for every channel. */
export const buildAlertContent = (alert: Alert): AlertContent => {
  switch (alert.kind) {
    case 'digest':
      return buildDigestContent(alert)
    case 'notice':
      return noticeContent(alert)
    case 'outcome':
      return buildOutcomeAlertContent(alert)
    default:
      return buildFindingAlertContent(alert)
  }
}

/** An alert as the subject of an email, as its body, and as the published JSON. */
export const renderSubject = (alert: Alert): string => buildSubject(buildAlertContent(alert), alert)
export const renderEmailBody = (alert: Alert): string => renderEmail(buildAlertContent(alert))
export const renderSnsMessage = (alert: Alert): SnsMessage => buildSnsMessage(alert, buildAlertContent(alert))
