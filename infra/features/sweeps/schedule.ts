import { Aws, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnSchedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import type { Construct } from 'constructs'
import { DAILY, type Queues, START } from './start.ts'

/** Begins a sweep each day, in a group of its own, whose metrics say whether it could. */
export const sweepSchedule = (scope: Construct, { sweeps, undelivered }: Queues): ScheduleGroup => {
  const group = new ScheduleGroup(scope, 'SweepSchedules', { removalPolicy: RemovalPolicy.DESTROY })
  const ours = { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.scheduleGroupArn }
  const role = new Role(scope, 'SweepSchedulerRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: ours } }),
  })
  const resources = [sweeps.queueArn, undelivered.queueArn]
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources }))
  new CfnSchedule(scope, 'DailySweep', {
    description: 'virtguard: starts the daily sweep',
    groupName: group.scheduleGroupName,
    scheduleExpression: DAILY,
    scheduleExpressionTimezone: 'UTC',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: sweeps.queueArn,
      roleArn: role.roleArn,
      input: JSON.stringify(START),
      deadLetterConfig: { arn: undelivered.queueArn },
    },
  })
  return group
}
