import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { type Bundle, loadCode } from './bundle.ts'

export const FUNCTION_TIMEOUT = Duration.seconds(30)

export type GuardFunctionProps = {
  readonly description: string
  readonly bundle: Bundle
  readonly environment: Readonly<Record<string, string>>
  /** The queue it works on. Absent if it is invoked, and its answer waited for. */
  readonly queue?: Queue
  /** The queue for messages that it gives up. Absent if the function has its own way for those. */
  readonly failed?: Queue
  /** How many copies may work on the queue at once. */
  readonly maxConcurrency?: number
  /** The timeout of an invocation, and the limit of its messages. 30 seconds and 10 by default. */
  readonly timeout?: Duration
  readonly batchSize?: number
  /** The time in which messages are gathered for one invocation. None by default. */
  readonly batchWindow?: Duration
  /** In MiB. 512 by default. */
  readonly memorySize?: number
}

export type Condition = { readonly operator: string; readonly key: string; readonly value: string }

/**
 * A function as every function here is: its own role that may write its own log and take from its own queue, and
 * nothing else until the stack grants it; one message that fails is retried alone.
 */
export class GuardFunction extends LambdaFunction {
  readonly executionRole: Role

  constructor(scope: Construct, id: string, props: GuardFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // Not the managed policy AWSLambdaBasicExecutionRole, which may write to every log group of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    super(scope, id, {
      description: props.description,
      code: loadCode(scope, id, props.bundle),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // The share of a CPU comes with the memory: the first alert of a cold start takes 0.6 s at 128 MB and 0.13 s here.
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? FUNCTION_TIMEOUT,
      environment: props.environment,
      role,
      logGroup,
    })
    this.executionRole = role
    if (props.failed !== undefined) {
      this.addEnvironment('FAILED_QUEUE_URL', props.failed.queueUrl)
      this.may(['sqs:SendMessage'], props.failed.queueArn)
    }
    if (props.queue !== undefined) this.workOn(props.queue, props)
  }

  private workOn(queue: Queue, { batchSize = 10, batchWindow, maxConcurrency }: GuardFunctionProps): void {
    this.addEventSource(
      new SqsEventSource(queue, {
        batchSize,
        reportBatchItemFailures: true,
        ...(batchWindow !== undefined && { maxBatchingWindow: batchWindow }),
        ...(maxConcurrency !== undefined && { maxConcurrency }),
      }),
    )
  }

  /** Grants exactly these actions on exactly this resource, and only if the condition holds. */
  may(actions: readonly string[], resource: string, only?: Condition): void {
    const conditions = only && { [only.operator]: { [only.key]: only.value } }
    this.addToRolePolicy(
      new PolicyStatement({ actions: [...actions], resources: [resource], ...(conditions && { conditions }) }),
    )
  }

  /** Grants the reads of EC2 and EC2 Auto Scaling, whose Describe actions know no narrower resource than all. */
  mayReadEc2(actions: readonly string[]): void {
    if (actions.length === 0) return
    this.mayOnAll(
      actions,
      'The Describe actions of EC2 and EC2 Auto Scaling do not support resource-level permissions (Service Authorization Reference).',
    )
  }

  /** Grants these actions, which know no narrower resource than all. */
  mayOnAll(actions: readonly string[], reason: string): void {
    this.may(actions, '*')
    this.acknowledge('*', reason)
  }

  /** Grants these actions on all resources of a kind in this account and region, which no narrower name can select. */
  mayOnEach(
    actions: readonly string[],
    { service, resource, only }: { readonly service: string; readonly resource: string; readonly only?: Condition },
    reason: string,
  ): void {
    const arn = `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`
    this.may(actions, arn, only)
    this.acknowledgePattern(arn, reason)
  }

  /** Says to cdk-nag why a grant is on a pattern. */
  acknowledgePattern(arn: string, reason: string): void {
    const shown = arn
      .replaceAll(Aws.PARTITION, '<AWS::Partition>')
      .replaceAll(Aws.REGION, '<AWS::Region>')
      .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>')
      .replaceAll(Aws.STACK_NAME, '<AWS::StackName>')
    this.acknowledge(shown, reason)
  }

  private acknowledge(resource: string, reason: string): void {
    Validations.of(this.executionRole).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason })
  }
}
