/** One reason, or more, of every code, with arguments as they are. */
import { BARE_CODES, OWNERS, type Reason } from '../../shared/reasons/reason.ts'

const ANSWER = { error: 'UnauthorizedOperation', message: 'You are not authorized: to do this, or that (at all).' }
const GRACE = { graceSeconds: 900 }

export const REASONS: readonly Reason[] = [
  ...BARE_CODES.map((code): Reason => ({ code })),
  ...OWNERS.map((owner): Reason => ({ code: 'OWNED', args: { owner, launchTemplate: 'lt-0abc:4' } })),
  { code: 'OWNED', args: { owner: 'AUTO_SCALING_GROUP', name: 'web, which: blue' } },
  { code: 'OWNED', args: { owner: 'AWS_SERVICE', name: 'eks.amazonaws.com' } },
  {
    code: 'OWNED',
    args: { owner: 'KUBERNETES_CLUSTER', evidence: 'tag kubernetes.io/cluster/x', writtenBy: 'launcher' },
  },
  { code: 'STOP_PROTECTED', args: { evidence: 'attribute disableApiStop', writtenBy: 'launcher' } },
  { code: 'RULE_OBSERVES', args: GRACE },
  { code: 'RULE_OBSERVES', args: { graceSeconds: 0 } },
  { code: 'NOT_DEPLOYED', args: { graceSeconds: 90 } },
  { code: 'STOPS_DISABLED', args: GRACE },
  { code: 'STOP_SCHEDULED', args: { at: '2026-11-24T08:15:30Z' } },
  { code: 'EXEMPT', args: { reason: 'moves: soon (or later)', owner: 'a@example.com' } },
  { code: 'VERDICT_UNKNOWN', args: { missing: ['instance enaSupport', 'the facts of the instance type'] } },
  { code: 'ALERTED', args: { stopAt: '2026-11-24T08:15:30Z' } },
  { code: 'STOPPED_AND_RECURRED', args: { launchTime: '2026-11-24T08:20:00Z' } },
  { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 5_400, until: '2026-11-24T08:30:00.000Z' } },
  { code: 'BUDGET_SPENT', args: { stops: 0, perSeconds: 600 } },
  { code: 'BUDGET_SPENT', args: { stops: 50, perSeconds: 600, of: 'organization' } },
  { code: 'STARTED_AFTER_DUE', args: { launchTime: '2026-11-24T08:20:00Z' } },
  { code: 'NEVER_RUNNING', args: { minutes: 30 } },
  { code: 'STOPPED_FOR_ANOTHER_RULE', args: { state: 'stopping' } },
  { code: 'STOPPED_BY_SOMEBODY_ELSE', args: { state: 'stopped' } },
  { code: 'STILL_RUNNING', args: { minutes: 5, state: 'running' } },
  { code: 'EC2_REFUSED', args: { error: 'OperationNotPermitted', message: 'It is\nprotected.' } },
  { code: 'NOT_AUTHORIZED', args: ANSWER },
  { code: 'READ_NOT_AUTHORIZED', args: ANSWER },
  { code: 'STOP_ROLE_REFUSED', args: ANSWER },
  { code: 'DEADLINE_PASSED', args: ANSWER },
]
