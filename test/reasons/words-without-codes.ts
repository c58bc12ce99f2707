/** What the version without codes wrote for each reason. Data of the past: new words for a reason change nothing here. */
import type { Reason } from '../../shared/reasons/reason.ts'

export const WORDS_WITHOUT_CODES: readonly (readonly [string, Reason])[] = [
  ['nothing to do', { code: 'NOTHING_TO_DO' }],
  ['exempt by the policy', { code: 'EXEMPT' }],
  ['there is no instance to stop', { code: 'NOT_AN_INSTANCE' }],
  ['no instance is known', { code: 'INSTANCE_UNKNOWN' }],
  ['the verdict is UNKNOWN', { code: 'VERDICT_UNKNOWN' }],
  ['an exemption may cover it, and a fact that would tell is not known', { code: 'EXEMPTION_UNDECIDED' }],
  ['its root is on instance store: EC2 can only terminate it', { code: 'INSTANCE_STORE_ROOT' }],
  ['the type of its root device is not known', { code: 'ROOT_DEVICE_UNKNOWN' }],
  ['its root is not on EBS', { code: 'ROOT_DEVICE_NOT_EBS' }],
  ['whether it is a Spot instance is not known', { code: 'LIFECYCLE_UNKNOWN' }],
  ['it is protected against stopping, which is somebody’s decision', { code: 'STOP_PROTECTED' }],
  ['it is a Spot instance of a one-time request: EC2 can only terminate it', { code: 'SPOT_ONE_TIME' }],
  ['it is a Spot instance, and whether its request is persistent is not known', { code: 'SPOT_REQUEST_UNKNOWN' }],
  [
    'the stack was deployed without the function that stops: deploy with a policy that enforces',
    { code: 'STOPS_NOT_DEPLOYED' },
  ],
  [
    'a sweep found it, and by this policy a sweep promises no stop (stop.existing), whatever the rule says: it may have run for years',
    { code: 'FOUND_BY_SWEEP' },
  ],
  ['SNS has taken the alert', { code: 'ALERTED' }],
  ['virtguard stopped it', { code: 'STOPPED_BY_VIRTGUARD' }],
  ['it was up again later, so it had stopped', { code: 'STOPPED_AND_RECURRED' }],
  ['the rule is off now', { code: 'RULE_OFF' }],
  ['it was fixed: the rule passes now', { code: 'RULE_PASSES' }],
  [
    'the policy that was applied is not valid; nothing is stopped until one is applied that is, or it is reset',
    { code: 'POLICY_INVALID' },
  ],
  ['it is gone: EC2 does not know it any more', { code: 'DELETED' }],
  ['it is gone: the image is deregistered, or disabled', { code: 'IMAGE_DELETED' }],
  ['it is terminated', { code: 'TERMINATED' }],
  ['it could not be stopped in time: its rows in the ledger have changed', { code: 'DEADLINE_PASSED' }],
  ['nothing came of its stop', { code: 'PROMISE_LOST' }],
  [
    'it belongs to an Auto Scaling group, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'AUTO_SCALING_GROUP', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to an EC2 fleet, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'EC2_FLEET', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to a Kubernetes cluster, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'KUBERNETES_CLUSTER', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to an ECS cluster, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'ECS_CLUSTER', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to an EMR cluster, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'EMR_CLUSTER', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to a Batch compute environment, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'BATCH_ENVIRONMENT', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to an Elastic Beanstalk environment, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'BEANSTALK_ENVIRONMENT', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to an AWS service, which would replace it: fix its launch template lt-0abc:4',
    { code: 'OWNED', args: { owner: 'AWS_SERVICE', launchTemplate: 'lt-0abc:4' } },
  ],
  [
    'it belongs to the Auto Scaling group web, which: blue, which would replace it: fix the template',
    { code: 'OWNED', args: { owner: 'AUTO_SCALING_GROUP', name: 'web, which: blue' } },
  ],
  [
    'it belongs to eks.amazonaws.com, which would replace it: fix the template',
    { code: 'OWNED', args: { owner: 'AWS_SERVICE', name: 'eks.amazonaws.com' } },
  ],
  [
    'the rule observes; on enforce it would be stopped after 15 min',
    { code: 'RULE_OBSERVES', args: { graceSeconds: 900 } },
  ],
  ['the rule observes; on enforce it would be stopped at once', { code: 'RULE_OBSERVES', args: { graceSeconds: 0 } }],
  [
    'the rule is on enforce; where it is deployed it is stopped after 90 s',
    { code: 'NOT_DEPLOYED', args: { graceSeconds: 90 } },
  ],
  [
    'stops are switched off; with them on it would be stopped after 15 min',
    { code: 'STOPS_DISABLED', args: { graceSeconds: 900 } },
  ],
  [
    'the rule is on enforce: it will be stopped at 2026-11-24T08:15:30Z',
    { code: 'STOP_SCHEDULED', args: { at: '2026-11-24T08:15:30Z' } },
  ],
  [
    'it is exempt now: moves: soon (or later) (a@example.com)',
    { code: 'EXEMPT', args: { reason: 'moves: soon (or later)', owner: 'a@example.com' } },
  ],
  [
    'the verdict is UNKNOWN now: instance enaSupport, the facts of the instance type not known',
    { code: 'VERDICT_UNKNOWN', args: { missing: ['instance enaSupport', 'the facts of the instance type'] } },
  ],
  [
    'SNS has taken the alert; to be stopped at 2026-11-24T08:15:30Z',
    { code: 'ALERTED', args: { stopAt: '2026-11-24T08:15:30Z' } },
  ],
  [
    'it had stopped, and was started again at 2026-11-24T08:20:00Z',
    { code: 'STOPPED_AND_RECURRED', args: { launchTime: '2026-11-24T08:20:00Z' } },
  ],
  [
    'the stop budget is spent: 5 stops in 1 h 30 min; the next is free at 2026-11-24T08:30:00.000Z',
    { code: 'BUDGET_SPENT', args: { stops: 5, perSeconds: 5400, until: '2026-11-24T08:30:00.000Z' } },
  ],
  ['the stop budget is spent: 0 stops in 10 min', { code: 'BUDGET_SPENT', args: { stops: 0, perSeconds: 600 } }],
  [
    'it was started again at 2026-11-24T08:20:00Z, after the time of which the alert had told: its stop was late',
    { code: 'STARTED_AFTER_DUE', args: { launchTime: '2026-11-24T08:20:00Z' } },
  ],
  ['it has not reached the state running within 30 minutes', { code: 'NEVER_RUNNING', args: { minutes: 30 } }],
  ['it is stopping for another rule', { code: 'STOPPED_FOR_ANOTHER_RULE', args: { state: 'stopping' } }],
  ['it is stopped, and not by virtguard', { code: 'STOPPED_BY_SOMEBODY_ELSE', args: { state: 'stopped' } }],
  [
    'EC2 took the stop, and 5 minutes later the instance is running',
    { code: 'STILL_RUNNING', args: { minutes: 5, state: 'running' } },
  ],
  [
    'EC2 refused to stop it: OperationNotPermitted: It is\nprotected.',
    { code: 'EC2_REFUSED', args: { error: 'OperationNotPermitted', message: 'It is\nprotected.' } },
  ],
  [
    'virtguard may not stop it: UnauthorizedOperation: You are not authorized: to do this, or that (at all).',
    {
      code: 'NOT_AUTHORIZED',
      args: { error: 'UnauthorizedOperation', message: 'You are not authorized: to do this, or that (at all).' },
    },
  ],
  [
    'virtguard may not read the instance, and stops nothing that it cannot look at: UnauthorizedOperation: You are not authorized: to do this, or that (at all).',
    {
      code: 'READ_NOT_AUTHORIZED',
      args: { error: 'UnauthorizedOperation', message: 'You are not authorized: to do this, or that (at all).' },
    },
  ],
  [
    'it could not be stopped in time: UnauthorizedOperation: You are not authorized: to do this, or that (at all).',
    {
      code: 'DEADLINE_PASSED',
      args: { error: 'UnauthorizedOperation', message: 'You are not authorized: to do this, or that (at all).' },
    },
  ],
]
