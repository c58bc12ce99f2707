import { type AlarmSpec, period } from '../../constructs/alarm-spec.ts'
import type { GuardFunction } from '../../constructs/guard-function.ts'
import { guardMetric } from '../../constructs/metrics.ts'

/** Alarms on the hook. Nothing is retried: what CloudFormation asked is over, and somebody waits. */
export const defineHookAlarms = (hook: GuardFunction): readonly AlarmSpec[] => [
  {
    id: 'HookErrors',
    metric: hook.metricErrors({ period }),
    above: 0,
    text: 'Hook gave CloudFormation no answer. If the hook is on fail, that stopped a deployment: read its log, or switch it to warn.',
    runbook: 'hook',
  },
  {
    id: 'HookThrottles',
    metric: hook.metricThrottles({ period }),
    above: 0,
    text: "Hook got no capacity to run. If the hook is on fail, deployments stop: see what uses the account's Lambda concurrency.",
    runbook: 'hook',
  },
  {
    id: 'HookProblems',
    metric: guardMetric('HookProblems'),
    above: 0,
    text: 'Hook could not read or do all that it needs, so that launches were let through without a full evaluation. Its log says why.',
    runbook: 'hook',
  },
]
