import type { Alert } from './alert.ts'
import type { AlertStory } from './alert-story.ts'
import { bareStory, isSome } from './bare-story.ts'
import { findingStory } from './finding-story.ts'
import { chaptersOf } from './story.ts'

/** The story of an alert of kind `finding`: by itself, since who decides launches tells no other and starts for each. */
export const findingStoryOf = (alert: Alert): AlertStory => {
  const chapters = chaptersOf(alert.findings)
  return isSome(chapters) ? findingStory(alert, chapters) : bareStory(alert)
}
