import { AutoScalingClient, DescribeLaunchConfigurationsCommand } from '@aws-sdk/client-auto-scaling'
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeSpotInstanceRequestsCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'

/**
 * Every AWS call of the functions, against answers that are written here: what is sent, and what is made of the answer.
 * Bundled with and without what makes the bundle small, both must say the same.
 */

type Answer = {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const json = (body: unknown, status = 200): Answer => ({
  status,
  type: 'application/x-amz-json-1.0',
  body: JSON.stringify(body),
})
const xml = (body: string, status = 200): Answer => ({ status, type: 'text/xml', body })

const textOf = (body: unknown): string => (body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body))

const settings = (answer: Answer, sent: unknown[]) => ({
  region: 'us-east-1',
  maxAttempts: 1,
  requestHandler: {
    handle: async (request: {
      method: string
      path: string
      query: unknown
      headers: Record<string, string>
      body: unknown
    }) => {
      const { 'content-type': type, 'x-amz-target': target, host, authorization } = request.headers
      const scope = /Credential=[^,]*/.exec(authorization ?? '')?.[0]
      sent.push({ ...request, headers: { type, target, host, scope }, body: textOf(request.body) })
      const body = new Blob([answer.body]).stream()
      return {
        response: { statusCode: answer.status, headers: { 'content-type': answer.type, ...answer.headers }, body },
      }
    },
  },
})

const AN_ITEM = {
  pk: { S: '123456789012#us-east-1#i-0123456789abcdef0' },
  sk: { S: 'paravirtual-instance' },
  n: { N: '1' },
  b: { BOOL: true },
  l: { L: [{ S: 'a' }, { NULL: true as const }] },
  m: { M: { x: { SS: ['y'] } } },
}

const CANCELLED = json(
  {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: 'Transaction cancelled',
    CancellationReasons: [
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: AN_ITEM },
      { Code: 'None' },
    ],
  },
  400,
)
const CONDITION = json(
  {
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    message: 'The conditional request failed',
  },
  400,
)
const THROTTLED = json({ __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message: 'slow' }, 400)

const PUBLISHED = xml(
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>',
)
const NO_TOPIC = xml(
  '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error><RequestId>r-2</RequestId></ErrorResponse>',
  404,
)
const INSTANCES = xml(
  '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><reservationId>r-1</reservationId><ownerId>123456789012</ownerId><instancesSet><item><instanceId>i-0123456789abcdef0</instanceId><imageId>ami-0abcdef1234567890</imageId><instanceState><code>16</code><name>running</name></instanceState><instanceType>m1.small</instanceType><launchTime>2026-11-24T08:00:00.000Z</launchTime><virtualizationType>paravirtual</virtualizationType><enaSupport>true</enaSupport><rootDeviceType>ebs</rootDeviceType><architecture>x86_64</architecture><currentInstanceBootMode>legacy-bios</currentInstanceBootMode><operator><managed>true</managed><principal>eks.amazonaws.com</principal></operator><tagSet><item><key>Name</key><value>a &lt;b&gt;</value></item></tagSet></item></instancesSet></item></reservationSet><nextToken>t</nextToken></DescribeInstancesResponse>',
)
const IMAGES = xml(
  '<DescribeImagesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><imagesSet><item><imageId>ami-0abcdef1234567890</imageId><name>old</name><virtualizationType>hvm</virtualizationType><enaSupport>true</enaSupport><bootMode>uefi</bootMode><architecture>arm64</architecture><rootDeviceType>ebs</rootDeviceType></item></imagesSet></DescribeImagesResponse>',
)
const TYPES = xml(
  '<DescribeInstanceTypesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><instanceTypeSet><item><instanceType>m5.large</instanceType><hypervisor>nitro</hypervisor><bareMetal>false</bareMetal><supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes><supportedBootModes><item>uefi</item></supportedBootModes><supportedRootDeviceTypes><item>ebs</item></supportedRootDeviceTypes><processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo><networkInfo><enaSupport>required</enaSupport></networkInfo><ebsInfo><nvmeSupport>required</nvmeSupport></ebsInfo><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo></item></instanceTypeSet></DescribeInstanceTypesResponse>',
)
const CONFIGURATIONS = xml(
  '<DescribeLaunchConfigurationsResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeLaunchConfigurationsResult><LaunchConfigurations><member><LaunchConfigurationName>old</LaunchConfigurationName><ImageId>ami-0abcdef1234567890</ImageId><InstanceType>m5.large</InstanceType><EbsOptimized>false</EbsOptimized><CreatedTime>2026-11-24T08:00:00.000Z</CreatedTime></member></LaunchConfigurations></DescribeLaunchConfigurationsResult><ResponseMetadata><RequestId>r-5</RequestId></ResponseMetadata></DescribeLaunchConfigurationsResponse>',
)
const CONFIGURATIONS_DENIED = xml(
  '<ErrorResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>You are not authorized.</Message></Error><RequestId>r-6</RequestId></ErrorResponse>',
  403,
)
const SESSION = xml(
  '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:virtguard</AssumedRoleId><Arn>arn:aws:sts::210987654321:assumed-role/virtguard-read/virtguard</Arn></AssumedRoleUser><Credentials><AccessKeyId>AKIDEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2026-11-24T09:00:00Z</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>r-7</RequestId></ResponseMetadata></AssumeRoleResponse>',
)
const NO_ROLE = xml(
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error><RequestId>r-8</RequestId></ErrorResponse>',
  403,
)
const DENIED = xml(
  '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this operation.</Message></Error></Errors><RequestID>r-3</RequestID></Response>',
  403,
)

const PAGE = json({ Items: [AN_ITEM], Count: 1, LastEvaluatedKey: { pk: AN_ITEM.pk, sk: AN_ITEM.sk } })
const CHANGED = json({ Attributes: AN_ITEM })
const SCHEDULED = json({ ScheduleArn: 'arn:aws:scheduler:us-east-1:123456789012:schedule/virtguard/stop' })
const THERE_ALREADY: Answer = {
  ...json({ Message: 'Schedule stop already exists.' }, 409),
  headers: { 'x-amzn-errortype': 'ConflictException' },
}
const ATTRIBUTE = xml(
  '<DescribeInstanceAttributeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><instanceId>i-0123456789abcdef0</instanceId><disableApiStop><value>true</value></disableApiStop></DescribeInstanceAttributeResponse>',
)
const SPOT = xml(
  '<DescribeSpotInstanceRequestsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><spotInstanceRequestSet><item><spotInstanceRequestId>sir-1</spotInstanceRequestId><state>active</state><type>persistent</type><instanceId>i-0123456789abcdef0</instanceId></item></spotInstanceRequestSet></DescribeSpotInstanceRequestsResponse>',
)
const STOPPING = xml(
  '<StopInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><instancesSet><item><instanceId>i-0123456789abcdef0</instanceId><currentState><code>64</code><name>stopping</name></currentState><previousState><code>16</code><name>running</name></previousState></item></instancesSet></StopInstancesResponse>',
)
const WRONG_STATE = xml(
  '<Response><Errors><Error><Code>IncorrectInstanceState</Code><Message>This instance is not in a state from which it can be stopped.</Message></Error></Errors><RequestID>r-4</RequestID></Response>',
  400,
)

const FILTERED = { Filters: [{ Name: 'image-id', Values: ['ami-0abcdef1234567890', 'ami-0fedcba9876543210'] }] }

const transaction = new TransactWriteItemsCommand({
  TransactItems: [
    {
      Put: {
        TableName: 'T',
        Item: AN_ITEM,
        ConditionExpression: 'attribute_not_exists(pk)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':now': { N: '1' } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
  ],
  ClientRequestToken: 'token',
})
const update = new UpdateItemCommand({
  TableName: 'T',
  Key: { pk: AN_ITEM.pk, sk: AN_ITEM.sk },
  UpdateExpression: 'SET a = :a',
})
const query = new QueryCommand({
  TableName: 'T',
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': AN_ITEM.pk },
  ConsistentRead: true,
  ExclusiveStartKey: { pk: AN_ITEM.pk, sk: AN_ITEM.sk },
})
const Key = { pk: AN_ITEM.pk, sk: AN_ITEM.sk }
const get = new GetItemCommand({ TableName: 'T', Key, ConsistentRead: true })
const forget = new DeleteItemCommand({ TableName: 'T', Key, ConditionExpression: 'attribute_exists(pk)' })
const appointment = new CreateScheduleCommand({
  Name: 'stop',
  GroupName: 'virtguard',
  ScheduleExpression: 'at(2026-11-24T08:00:00)',
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: {
    Arn: 'arn:aws:sqs:us-east-1:123456789012:Stops',
    RoleArn: 'arn:aws:iam::123456789012:role/Scheduler',
    Input: '{"kind":"stop"}',
    DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:Undelivered' },
  },
  // Else the SDK makes a random one.
  ClientToken: 'token',
})
const INSTANCE = 'i-0123456789abcdef0'
const attribute = new DescribeInstanceAttributeCommand({ InstanceId: INSTANCE, Attribute: 'disableApiStop' })
const stop = new StopInstancesCommand({ InstanceIds: [INSTANCE] })
const publish = new PublishCommand({
  TopicArn: 'arn:aws:sns:us-east-1:123456789012:alerts',
  Subject: 'Paravirtual instance',
  Message: JSON.stringify({ default: '{}', email: 'ä\nb' }),
  MessageStructure: 'json',
  MessageAttributes: { rule: { DataType: 'String.Array', StringValue: '["a"]' } },
})

const dynamo = (answer: Answer, sent: unknown[]) => new DynamoDBClient(settings(answer, sent))
const sns = (answer: Answer, sent: unknown[]) => new SNSClient(settings(answer, sent))
const ec2 = (answer: Answer, sent: unknown[]) => new EC2Client(settings(answer, sent))

const configurations = new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: ['old'], MaxRecords: 100 })
const scaling = (answer: Answer, sent: unknown[]) => new AutoScalingClient(settings(answer, sent))

const sqs = (answer: Answer, sent: unknown[]) => new SQSClient({ ...settings(answer, sent), md5: false })

const role = new AssumeRoleCommand({
  RoleArn: 'arn:aws:iam::210987654321:role/virtguard-read',
  RoleSessionName: 'virtguard',
  DurationSeconds: 3600,
})
const sts = (answer: Answer, sent: unknown[]) => new STSClient(settings(answer, sent))

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/123456789012/Sweeps'
const message = new SendMessageCommand({ QueueUrl: QUEUE, MessageBody: '{"kind":"start"}', DelaySeconds: 60 })

const scheduler = (answer: Answer, sent: unknown[]) => new SchedulerClient(settings(answer, sent))

const CALLS: Readonly<Record<string, (sent: unknown[]) => Promise<unknown>>> = {
  transaction: sent => dynamo(json({}), sent).send(transaction),
  'transaction cancelled': sent => dynamo(CANCELLED, sent).send(transaction),
  'transaction throttled': sent => dynamo(THROTTLED, sent).send(transaction),
  update: sent => dynamo(json({}), sent).send(update),
  'update refused': sent => dynamo(CONDITION, sent).send(update),
  'update that returns': sent => dynamo(CHANGED, sent).send(update),
  query: sent => dynamo(PAGE, sent).send(query),
  get: sent => dynamo(json({ Item: AN_ITEM }), sent).send(get),
  delete: sent => dynamo(json({}), sent).send(forget),
  'delete refused': sent => dynamo(CONDITION, sent).send(forget),
  schedule: sent => scheduler(SCHEDULED, sent).send(appointment),
  'schedule there already': sent => scheduler(THERE_ALREADY, sent).send(appointment),
  session: sent => sts(SESSION, sent).send(role),
  'session denied': sent => sts(NO_ROLE, sent).send(role),
  attribute: sent => ec2(ATTRIBUTE, sent).send(attribute),
  spot: sent => ec2(SPOT, sent).send(new DescribeSpotInstanceRequestsCommand(FILTERED)),
  stop: sent => ec2(STOPPING, sent).send(stop),
  'stop refused': sent => ec2(WRONG_STATE, sent).send(stop),
  publish: sent => sns(PUBLISHED, sent).send(publish),
  'publish refused': sent => sns(NO_TOPIC, sent).send(publish),
  instances: sent =>
    ec2(INSTANCES, sent).send(new DescribeInstancesCommand({ ...FILTERED, MaxResults: 1000, NextToken: 't' })),
  images: sent => ec2(IMAGES, sent).send(new DescribeImagesCommand({ ...FILTERED, IncludeDeprecated: true })),
  types: sent => ec2(TYPES, sent).send(new DescribeInstanceTypesCommand(FILTERED)),
  send: sent => sqs(json({ MessageId: 'm-1', MD5OfMessageBody: '0' }), sent).send(message),
  configurations: sent => scaling(CONFIGURATIONS, sent).send(configurations),
  'configurations denied': sent => scaling(CONFIGURATIONS_DENIED, sent).send(configurations),
  'instances denied': sent => ec2(DENIED, sent).send(new DescribeInstancesCommand(FILTERED)),
}

const outcome = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return { output: await call }
  } catch (error) {
    const { stack: _stack, $response: _response, ...fields } = error as Record<string, unknown>
    // Its class, too: the code asks with instanceof. A minified class has another name, but inherits the same number.
    let depth = 0
    for (let proto = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) depth += 1
    return { error: { ...fields, message: (error as Error).message, depth } }
  }
}

/** Each call by its name: what was sent, and what came of it. */
export const handler = async (): Promise<unknown> => {
  const all: Record<string, unknown> = {}
  for (const [name, call] of Object.entries(CALLS)) {
    const sent: unknown[] = []
    all[name] = { outcome: await outcome(call(sent)), sent }
  }
  return all
}
