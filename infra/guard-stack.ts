import { Annotations, type App, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import type { Topic } from 'aws-cdk-lib/aws-sns'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { CONFIRM_AGAIN_SECONDS, CONFIRM_SECONDS } from '../shared/ledger/row.ts'
import type { Policy } from '../shared/policy/policy.ts'
import { guardAlarms } from './alarms.ts'
import type { AlertResources } from './constructs/alert-resources.ts'
import type { Bundle } from './constructs/bundle.ts'
import { GuardFunction } from './constructs/guard-function.ts'
import { BY_ACCOUNT, createLedgerTable, POLICY_ONLY, ROWS_OF_CHANNELS, ROWS_ONLY } from './constructs/ledger-table.ts'
import { setNamePrefix } from './constructs/names.ts'
import type { Parts, StopParts, SweepParts } from './constructs/parts.ts'
import { createDeadLetterQueue, createWorkQueue } from './constructs/queues.ts'
import { subscribeQueue } from './constructs/subscribe-queue.ts'
import {
  createAlertsTopic,
  createOperationsTopic,
  createTopicsKey,
  filterAlerts,
  sweepRequestsTopic,
} from './constructs/topics.ts'
import { guardDashboard } from './dashboard.ts'
import { careForChannels } from './features/channels/care.ts'
import { type GuardChannelsProps, guardChannels } from './features/channels/channels.ts'
import { guardHook } from './features/hook/hook.ts'
import { guardHub } from './features/organization/hub.ts'
import { guardStops } from './features/stops/stops.ts'
import { guardSweeps } from './features/sweeps/sweeps.ts'
import { guardOutputs } from './outputs.ts'
import type { Settings } from './settings/context.ts'
import { hasEnforcingRule, listEc2Reads, listEventKinds } from './settings/derived.ts'
import type { Options } from './settings/settings-file.ts'

export type GuardStackProps = Settings & {
  /** The code of the functions. Enforce's is needed for a rule on enforce, Notify's for a channel, Hook's for a hook. */
  readonly bundles: {
    readonly evaluate: Bundle
    readonly confirm: Bundle
    readonly sweep: Bundle
    readonly enforce?: Bundle
    readonly notify?: Bundle
    readonly hook?: Bundle
  }
}

type FunctionParts = {
  readonly policy: Policy
  readonly alertResources: AlertResources
  readonly queue: Queue
  readonly failed: Queue
  readonly bundle: Bundle
}
type EvaluateParts = FunctionParts & Pick<Settings, 'live'> & { readonly requests: Topic }
type SweepProps = Pick<Settings, 'live'> & {
  readonly policy: Policy
  readonly alertResources: AlertResources
  /** The queue of Confirm. */
  readonly alerted: Queue
  readonly requests: Topic
  readonly regions: Settings['sweepRegions']
  readonly dailySweep: Options['dailySweep']
  readonly bundle: Bundle
}
type HubParts = {
  readonly launches: Queue
  readonly undeliveredEvents: Queue
  readonly evaluate: GuardFunction
  readonly sweeping: SweepParts
  readonly stopping: StopParts | undefined
}
type EnforceParts = {
  readonly alertResources: AlertResources
  readonly requests: Topic
  readonly confirm: GuardFunction
  readonly isHub: boolean
  readonly bundle: Bundle | undefined
}

/** The guard of one account and region, in the order of the flow: events, ledger and alerts, decision, confirmation, stops. */
export class GuardStack extends Stack {
  constructor(scope: App, id: string, props: GuardStackProps) {
    const { policy, emails, live, sweepRegions, bundles, options } = props
    super(scope, id, describeStack(id, options))
    setNamePrefix(this, options?.namePrefix)
    const key = createTopicsKey(this, options?.kmsKey)
    const alerts = createAlertsTopic(this, { key, emails, policy })
    const alertResources = { ledger: createLedgerTable(this), alerts, key }
    const requests = sweepRequestsTopic(this, key)
    const { launches, ...deadLetteredEvents } = this.collectEvents(policy)
    const forEvaluate = { queue: launches, failed: deadLetteredEvents.failedLaunches, bundle: bundles.evaluate }
    const evaluate = this.evaluate({ policy, live, alertResources, requests, ...forEvaluate })
    const { alerted, ...deadLetteredAlerts } = this.collectAlerts(alertResources.alerts, policy)
    const forConfirm = { queue: alerted, failed: deadLetteredAlerts.failedConfirmations, bundle: bundles.confirm }
    const confirm = this.confirm({ policy, alertResources, ...forConfirm })
    const forSweep = { regions: sweepRegions, dailySweep: options?.dailySweep, bundle: bundles.sweep }
    const sweeping = this.sweep({ policy, live, alertResources, alerted, requests, ...forSweep })
    const isHub = props.organization !== undefined
    const stopping = hasEnforcingRule(policy)
      ? this.enforce({ alertResources, requests, confirm, isHub, bundle: bundles.enforce })
      : undefined

    this.openToSpokes(props, { launches, ...deadLetteredEvents, evaluate, sweeping, stopping })
    const channels = policy.channels && this.channels({ policy, sweepRegions, alertResources, bundle: bundles.notify })
    careForChannels(sweeping.sweep, channels?.each ?? [])

    const hook = this.hook(props, alertResources)

    const deadLettered = { ...deadLetteredEvents, ...deadLetteredAlerts }
    const flow = { ...alertResources, launches, alerted, deadLettered, evaluate, confirm, sweeping }
    const parts = {
      ...flow,
      policy,
      readers: listReaders(props),
      isHub,
      operations: createOperationsTopic(this, key, emails),
      ...(stopping && { stopping }),
      ...(channels && { channels }),
      ...(hook && { hook }),
    }
    guardAlarms(this, parts)
    guardDashboard(this, parts)
    guardOutputs(this, parts)
  }

  private evaluate({ policy, live, alertResources, requests, ...flow }: EvaluateParts): GuardFunction {
    const evaluate = new GuardFunction(this, 'Evaluate', {
      ...flow,
      description: 'Evaluates launches and images under the policy, and alerts once',
      environment: {
        ...buildEnvironment(alertResources),
        SWEEP_REQUESTS_TOPIC_ARN: requests.topicArn,
        STOPS: hasEnforcingRule(policy) ? 'present' : 'absent',
        LIVE_POLICY: live ? 'on' : 'off',
      },
      // Below the whole concurrency of a new account (10), and kind to the EC2 API that everybody in the account shares.
      maxConcurrency: 5,
    })
    if (live) evaluate.may(['dynamodb:Query'], alertResources.ledger.tableArn)
    evaluate.may(['dynamodb:UpdateItem'], alertResources.ledger.tableArn, ROWS_ONLY)
    grantPublishAlerts(evaluate, alertResources)
    evaluate.may(['sns:Publish'], requests.topicArn)
    evaluate.mayReadEc2(listEc2Reads(policy))
    return evaluate
  }

  private confirm({ policy, alertResources: { ledger }, ...flow }: FunctionParts): GuardFunction {
    const confirm = new GuardFunction(this, 'Confirm', {
      ...flow,
      description: 'Marks the findings of a published alert as alerted, and schedules the stops that it announces',
      environment: { LEDGER_TABLE: ledger.tableName, STOPS: hasEnforcingRule(policy) ? 'present' : 'absent' },
      maxConcurrency: 2,
      timeout: Duration.seconds(CONFIRM_SECONDS),
    })
    confirm.may(['dynamodb:BatchGetItem'], ledger.tableArn)
    confirm.may(['dynamodb:UpdateItem'], ledger.tableArn, ROWS_ONLY)
    return confirm
  }

  private sweep({ policy, live, alertResources, alerted, ...more }: SweepProps): SweepParts {
    const environment = {
      ...buildEnvironment(alertResources),
      ALERTED_QUEUE_ARN: alerted.queueArn,
      STOPS: hasEnforcingRule(policy) ? 'present' : 'absent',
      LIVE_POLICY: live ? 'on' : 'off',
    }
    const sweeping = guardSweeps(this, { ...more, environment })
    const { sweep } = sweeping
    if (live) sweep.may(['dynamodb:Query'], alertResources.ledger.tableArn, POLICY_ONLY)
    sweep.may(['dynamodb:Query'], `${alertResources.ledger.tableArn}/index/${BY_ACCOUNT}`)
    sweep.may(['dynamodb:Query'], alertResources.ledger.tableArn, ROWS_OF_CHANNELS)
    sweep.may(['dynamodb:UpdateItem'], alertResources.ledger.tableArn, ROWS_ONLY)
    // Whether somebody gets the alerts.
    sweep.may(['sns:ListSubscriptionsByTopic'], alertResources.alerts.topicArn)
    // Before it promises a stop it reads what the ledger knows of the finding, and of the instance under every other rule.
    if (hasEnforcingRule(policy))
      sweep.may(['dynamodb:BatchGetItem', 'dynamodb:Query'], alertResources.ledger.tableArn, ROWS_ONLY)
    grantPublishAlerts(sweep, alertResources)
    return sweeping
  }

  /** Only if the policy has a rule on enforce. Otherwise nothing in the stack can stop anything. */
  private enforce({ alertResources, requests, confirm, isHub, bundle }: EnforceParts): StopParts {
    if (bundle === undefined) throw new Error('a policy that enforces needs the bundle of Enforce')
    const environment = { ...buildEnvironment(alertResources), SWEEP_REQUESTS_TOPIC_ARN: requests.topicArn }
    const stopping = guardStops(this, { isHub, bundle, environment, confirm })
    const { enforce } = stopping
    enforce.may(['dynamodb:GetItem', 'dynamodb:Query'], alertResources.ledger.tableArn)
    const writes = ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']
    enforce.may(writes, alertResources.ledger.tableArn, ROWS_ONLY)
    grantPublishAlerts(enforce, alertResources)
    enforce.may(['sns:Publish'], requests.topicArn)
    return stopping
  }

  /** Only in the hub of an organization. */
  private openToSpokes({ organization, policy }: GuardStackProps, parts: HubParts): void {
    if (organization === undefined) return
    const { launches, undeliveredEvents, evaluate, sweeping, stopping } = parts
    const functions = { Evaluate: evaluate, Sweep: sweeping.sweep }
    const stops = stopping && { stopping }
    guardHub(this, { organization, kinds: listEventKinds(policy), launches, undeliveredEvents, functions, ...stops })
  }

  /** Only if the policy has channels. */
  private channels({ bundle, ...props }: Omit<GuardChannelsProps, 'bundle'> & { readonly bundle: Bundle | undefined }) {
    if (bundle === undefined) throw new Error('a policy with channels needs the bundle of Notify')
    return guardChannels(this, { ...props, bundle })
  }

  /** Only if the settings ask for it. */
  private hook({ hook: mode, live, bundles, options = {} }: GuardStackProps, { ledger }: AlertResources) {
    if (mode === undefined) return undefined
    if (bundles.hook === undefined) throw new Error('a stack with a hook needs the bundle of Hook')
    const environment = live ? { LIVE_POLICY: 'on', LEDGER_TABLE: ledger.tableName } : undefined
    const hook = guardHook(this, { mode, options, bundle: bundles.hook, environment: environment ?? {} })
    if (live) hook.may(['dynamodb:Query'], ledger.tableArn, POLICY_ONLY)
    return hook
  }

  /** The events, of the kinds that the policy's rules can decide, into one queue. */
  private collectEvents(policy: Policy) {
    const undeliveredEvents = createDeadLetterQueue(this, 'UndeliveredEvents')
    const failedLaunches = createDeadLetterQueue(this, 'FailedLaunches')
    const launches = createWorkQueue(this, 'Launches', { deadLettered: failedLaunches })
    const kinds = listEventKinds(policy)
    subscribeQueue(this, { kinds, queue: launches, deadLetterQueue: undeliveredEvents })
    if (kinds.length === 0) {
      Annotations.of(this).addWarningV2(
        'virtguard:NothingWatched',
        'The policy turns every rule off: nothing is watched.',
      )
    }
    return { launches, undeliveredEvents, failedLaunches }
  }

  /** Every alert into a queue of our own: its arrival proves that SNS delivered the alert, and the ledger then says so. */
  private collectAlerts(alerts: Topic, policy: Policy) {
    const undeliveredAlerts = createDeadLetterQueue(this, 'UndeliveredAlerts')
    const failedConfirmations = createDeadLetterQueue(this, 'FailedConfirmations')
    const alerted = createWorkQueue(this, 'Alerted', {
      deadLettered: failedConfirmations,
      // Not six times the function's timeout: a failed message must come again before its lease is over.
      hidden: Duration.seconds(CONFIRM_AGAIN_SECONDS),
    })
    alerts.addSubscription(
      new SqsSubscription(alerted, {
        rawMessageDelivery: true,
        deadLetterQueue: undeliveredAlerts,
        ...filterAlerts(policy),
      }),
    )
    return { alerted, undeliveredAlerts, failedConfirmations }
  }
}

const describeStack = (id: string, { namePrefix }: Options = {}): StackProps => ({
  description: 'virtguard: evaluates EC2 launches and alerts on those that violate the policy',
  ...(namePrefix !== undefined && { stackName: `${namePrefix}-${id}` }),
})

const listReaders = ({ emails, ownSubscribers }: Settings): Parts['readers'] => {
  if (emails.length > 0) return 'addresses'
  return ownSubscribers ? 'subscribers' : 'channels'
}

const buildEnvironment = ({ ledger, alerts }: AlertResources) => ({
  LEDGER_TABLE: ledger.tableName,
  ALERTS_TOPIC_ARN: alerts.topicArn,
})

const grantPublishAlerts = (fn: GuardFunction, { alerts, key }: AlertResources): void => {
  fn.may(['sns:Publish'], alerts.topicArn)
  fn.may(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn)
}
