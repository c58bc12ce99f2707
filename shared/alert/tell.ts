import type { Alert } from './alert.ts'
import type { AlertStory } from './alert-story.ts'
import { bareStory, isSome } from './bare-story.ts'
import { digestStory } from './digest-story.ts'
import { emailOf } from './email.ts'
import { noticeStory } from './notice-story.ts'
import { endedChapters, outcomeStory } from './outcome-story.ts'
import { type SnsMessage, snsMessage } from './sns-message.ts'
import { subjectFor } from './subject.ts'
import { isOfSweep } from './sweep-alert.ts'
import { sweepOutcomeStory } from './sweep-story.ts'
import { findingStoryOf } from './tell-finding.ts'

const outcomeStoryOf = (alert: Alert): AlertStory => {
  const chapters = endedChapters(alert)
  if (!isSome(chapters)) return bareStory(alert)
  return isOfSweep(alert) ? sweepOutcomeStory(alert, chapters) : outcomeStory(alert, chapters)
}

/** The story of an alert, the same for every channel. */
export const storyOf = (alert: Alert): AlertStory => {
  switch (alert.kind) {
    case 'digest':
      return digestStory(alert)
    case 'notice':
      return noticeStory(alert)
    case 'outcome':
      return outcomeStoryOf(alert)
    default:
      return findingStoryOf(alert)
  }
}

/** An alert as the subject of a mail, as its body, and as what is published. */
export const subjectOf = (alert: Alert): string => subjectFor(storyOf(alert), alert)
export const emailBody = (alert: Alert): string => emailOf(storyOf(alert))
export const messageOf = (alert: Alert): SnsMessage => snsMessage(alert, storyOf(alert))
