import { teamsDigest, teamsFollowUp, teamsMessage, teamsTest } from '../../../shared/channels/teams/card.ts'
import type { TeamsMessage } from '../../../shared/channels/teams/elements.ts'
import type { Words } from './words.ts'

/** Adaptive Cards for a workflow of Teams. */
export const TEAMS: Words<TeamsMessage> = {
  alert: alert => teamsMessage(alert),
  followUp: alert => teamsFollowUp(alert),
  digest: teamsDigest,
  test: teamsTest,
}
