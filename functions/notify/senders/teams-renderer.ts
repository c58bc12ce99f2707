import {
  renderTeamsDigest,
  renderTeamsFollowUp,
  renderTeamsMessage,
  renderTeamsTest,
} from '../../../shared/channels/teams/card.ts'
import type { TeamsMessage } from '../../../shared/channels/teams/elements.ts'
import type { Renderer } from './renderer.ts'

/** Adaptive Cards for a workflow of Teams. */
export const TEAMS: Renderer<TeamsMessage> = {
  alert: alert => renderTeamsMessage(alert),
  followUp: alert => renderTeamsFollowUp(alert),
  digest: renderTeamsDigest,
  test: renderTeamsTest,
}
