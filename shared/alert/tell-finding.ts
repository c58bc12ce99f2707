import type { Alert } from './alert.ts'
import type { AlertContent } from './alert-content.ts'
import { buildBareContent, isSome } from './bare-content.ts'
import { groupSections } from './content.ts'
import { buildFindingContent } from './finding-content.ts'

/** The story of an alert of kind `finding`: by itself, since who decides launches tells no other and starts for each. */
export const buildFindingAlertContent = (alert: Alert): AlertContent => {
  const sections = groupSections(alert.findings)
  return isSome(sections) ? buildFindingContent(alert, sections) : buildBareContent(alert)
}
