import type { Alert } from './alert.ts'
import type { AlertContent } from './alert-content.ts'
import { buildBareContent, isSome } from './bare-content.ts'
import { groupSections } from './content.ts'
import { buildFindingContent } from './finding-content.ts'

/**
 * The content of an alert of kind `finding`. In a file of its own, because Evaluate publishes no other kind and starts
 * for each launch.
 */
export const buildFindingAlertContent = (alert: Alert): AlertContent => {
  const sections = groupSections(alert.findings)
  return isSome(sections) ? buildFindingContent(alert, sections) : buildBareContent(alert)
}
