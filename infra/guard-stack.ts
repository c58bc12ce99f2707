import { Annotations, type App, Stack } from 'aws-cdk-lib'
import { Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { eventPattern } from '../shared/facts/event-patterns.ts'
import type { Policy } from '../shared/policy/policy.ts'
import { guardAlarms } from './alarms.ts'
import type { Settings } from './context.ts'
import { guardDashboard } from './dashboard.ts'
import { ec2Reads, eventKinds } from './derived.ts'
import { GuardFunction } from './guard-function.ts'
import { ledgerTable } from './ledger-table.ts'
import { guardOutputs } from './outputs.ts'
import { parkingQueue, workQueue } from './queues.ts'
import { alertsTopic, operationsTopic, topicsKey } from './topics.ts'

export type GuardStackProps = Settings & {
  /** The folders of the functions' bundles. */
  readonly bundles: { readonly evaluate: string; readonly confirm: string }
}

/** The guard of one account and region, in the order of the flow: events, ledger and alerts, decision, confirmation. */
export class GuardStack extends Stack {
  constructor(scope: App, id: string, { policy, emails, bundles }: GuardStackProps) {
    super(scope, id, { description: 'virtguard: guards EC2 launches and alerts on what does not fit the policy' })

    const { launches, ...parkedEvents } = this.collectEvents(policy)

    const ledger = ledgerTable(this)
    const key = topicsKey(this)
    const alerts = alertsTopic(this, key, emails)

    const evaluate = new GuardFunction(this, 'Evaluate', {
      description: 'Decides whether a launch or an image fits the policy, and alerts once',
      bundle: bundles.evaluate,
      environment: { LEDGER_TABLE: ledger.tableName, ALERTS_TOPIC_ARN: alerts.topicArn },
      queue: launches,
      // Below the whole concurrency of a new account (10), and kind to the EC2 API that everybody in the account shares.
      maxConcurrency: 5,
    })
    evaluate.may(['dynamodb:PutItem'], ledger.tableArn)
    evaluate.may(['sns:Publish'], alerts.topicArn)
    evaluate.may(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn)
    evaluate.mayReadEc2(ec2Reads(policy))

    const { alerted, ...parkedAlerts } = this.collectAlerts(alerts)
    const confirm = new GuardFunction(this, 'Confirm', {
      description: 'Marks the findings of a published alert as alerted',
      bundle: bundles.confirm,
      environment: { LEDGER_TABLE: ledger.tableName },
      queue: alerted,
      maxConcurrency: 2,
    })
    confirm.may(['dynamodb:UpdateItem'], ledger.tableArn)

    const parked = { ...parkedEvents, ...parkedAlerts }
    const parts = { launches, alerted, parked, evaluate, confirm, alerts, ledger }
    guardAlarms(this, parts, operationsTopic(this, key, emails))
    guardDashboard(this, parts)
    guardOutputs(this, parts)
  }

  /** EC2's events, of the kinds that the policy's rules can decide, into one queue. */
  private collectEvents(policy: Policy) {
    const undeliveredEvents = parkingQueue(this, 'UndeliveredEvents')
    const failedLaunches = parkingQueue(this, 'FailedLaunches')
    const launches = workQueue(this, 'Launches', failedLaunches)
    const kinds = eventKinds(policy)
    for (const kind of kinds) {
      const { source, 'detail-type': detailType, detail } = eventPattern(kind)
      new Rule(this, `${pascal(kind)}Events`, {
        description: `virtguard: ${kind} events of EC2`,
        eventPattern: { source: [...source], detailType: [...detailType], detail },
        targets: [new SqsQueue(launches, { deadLetterQueue: undeliveredEvents })],
      })
    }
    if (kinds.length === 0) {
      Annotations.of(this).addWarningV2(
        'virtguard:NothingWatched',
        'The policy turns every rule off: nothing is watched.',
      )
    }
    return { launches, undeliveredEvents, failedLaunches }
  }

  /** Every alert into a queue of our own: its arrival proves that SNS has taken the alert, and the ledger then says so. */
  private collectAlerts(alerts: Topic) {
    const undeliveredAlerts = parkingQueue(this, 'UndeliveredAlerts')
    const failedConfirmations = parkingQueue(this, 'FailedConfirmations')
    const alerted = workQueue(this, 'Alerted', failedConfirmations)
    alerts.addSubscription(
      new SqsSubscription(alerted, { rawMessageDelivery: true, deadLetterQueue: undeliveredAlerts }),
    )
    return { alerted, undeliveredAlerts, failedConfirmations }
  }
}

const pascal = (kebab: string): string =>
  kebab.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())
