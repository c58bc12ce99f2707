import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import type { Construct } from 'constructs'
import type { SweepStarts } from '../../constructs/parts.ts'
import { DAILY, type Queues, START } from './start.ts'

/** Begins a sweep each day by a rule, where EventBridge Scheduler is forbidden. */
export const sweepRule = (scope: Construct, { sweeps, undelivered }: Queues): SweepStarts => {
  const { ruleName } = new Rule(scope, 'DailySweepRule', {
    description: 'virtguard: starts the daily sweep',
    schedule: Schedule.expression(DAILY),
    targets: [new SqsQueue(sweeps, { message: RuleTargetInput.fromObject(START), deadLetterQueue: undelivered })],
  })
  const ofRule = { namespace: 'AWS/Events', dimensionsMap: { RuleName: ruleName }, statistic: 'Sum' }
  return {
    metricAttempts: props => new Metric({ ...ofRule, metricName: 'Invocations', ...props }),
    metricTargetErrors: props => new Metric({ ...ofRule, metricName: 'FailedInvocations', ...props }),
  }
}
