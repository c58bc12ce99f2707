import { ListAttachedRolePoliciesCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from '@jest/globals'
import { ACCOUNT, REGION } from '../../local/isolation.ts'
import { documentedGrants } from '../infra/grants.ts'
import { type TestCloud, theCloud } from './cloud.ts'
import type { POLICIES } from './policies.ts'
import { policiesOf, type Statement } from './roles.ts'

/** `ACTION on ARN`. */
type Grant = string

const ARNS: Readonly<Record<string, (id: string) => string>> = {
  'AWS::SQS::Queue': url => `arn:aws:sqs:${REGION}:${ACCOUNT}:${url.split('/').at(-1)}`,
  'AWS::DynamoDB::Table': name => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
  'AWS::SNS::Topic': arn => arn,
  'AWS::KMS::Key': id => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`,
  'AWS::Logs::LogGroup': name => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::IAM::Role': name => `arn:aws:iam::${ACCOUNT}:role/${name}`,
}

/** What has no id of its own: named by the end of its ARN, and one that it stands for. */
const PATTERNS: Readonly<Record<string, readonly [start: string, one: string]>> = {
  'instance/*': [`arn:aws:ec2:${REGION}:${ACCOUNT}:`, 'instance/i-0123456789abcdef0'],
  // The queues of the stack, also those of channels that were removed.
  '<stack>-*': [`arn:aws:sqs:${REGION}:${ACCOUNT}:`, 'Virtguard-ChannelThatWasRemoved'],
  'schedule/virtguard/*': [`arn:aws:scheduler:${REGION}:${ACCOUNT}:`, 'schedule/virtguard/stop-i-0123456789abcdef0'],
}

/** What nobody may do wherever it is tried, beside what some may do elsewhere. */
const NEVER = [
  ...['ec2:StopInstances', 'ec2:StartInstances', 'ec2:TerminateInstances', 'ec2:RunInstances'],
  ...['ec2:ModifyInstanceAttribute', 'ec2:CreateTags', 'scheduler:DeleteSchedule', 'scheduler:UpdateSchedule'],
  ...['iam:PassRole', 'iam:PutRolePolicy', 'sts:AssumeRole', 'lambda:InvokeFunction', 'lambda:UpdateFunctionCode'],
  ...['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:DeleteItem', 'dynamodb:DeleteTable'],
  ...[
    'sqs:SendMessage',
    'sqs:PurgeQueue',
    'sns:Subscribe',
    'sns:DeleteTopic',
    'kms:Encrypt',
    'kms:ScheduleKeyDeletion',
  ],
  ...['s3:GetObject', 'secretsmanager:GetSecretValue', 'logs:DeleteLogGroup', 'events:DisableRule'],
]

const ELSEWHERE = [
  `arn:aws:sqs:${REGION}:${ACCOUNT}:somebody-elses`,
  `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-0123456789abcdef0`,
  `arn:aws:ec2:${REGION}:999999999999:instance/i-0123456789abcdef0`,
  `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule/default/somebody-elses`,
  `arn:aws:iam::${ACCOUNT}:role/admin`,
]

/** The emulated simulator is told of no service and of no attribute, so that rights which hold for one only are not given there. */
const UNTOLD = ['scheduler.amazonaws.com', 'disableApiStop']

/** Not beside tests that take a grant away. */
export const permissionTests = (policy: keyof typeof POLICIES): void => {
  let cloud: TestCloud
  beforeAll(() => {
    cloud = theCloud(policy)
  })

  const documented = documentedGrants(policy)
  const roles = [...new Set(documented.map(grant => grant.function))].sort()

  /** The ARN, or its pattern, of what the table names. */
  const arnOf = (on: string): string => {
    if (on === '*') return on
    if (on === 'byAccount') return `${arnOf('Ledger')}/index/${on}`
    const pattern = PATTERNS[on]
    if (pattern) return `${pattern[0]}${on.replace('<stack>', 'Virtguard')}`
    const named = new RegExp(`^${on}[0-9A-F]{8}$`)
    const [found, ...more] = cloud.stack.list.filter(({ LogicalResourceId = '' }) => named.test(LogicalResourceId))
    const arn = ARNS[found?.ResourceType ?? '']
    if (!found || !arn || more.length > 0) throw new Error(`the stack does not have one resource ${on}`)
    return arn(found.PhysicalResourceId ?? '')
  }

  const grantsOf = (role: string) => documented.filter(grant => grant.function === role)

  test('the roles are those of the table', () => {
    const deployed = cloud.stack.list.filter(({ ResourceType }) => ResourceType === 'AWS::IAM::Role')
    expect(
      deployed.map(({ LogicalResourceId = '' }) => LogicalResourceId.slice(0, -'Role00000000'.length)).sort(),
    ).toEqual(roles)
  })

  test('the roles have policies that grant what the table says, to the letter', async () => {
    for (const role of roles) {
      const policies = await policiesOf(role, cloud)
      const statements = policies.flatMap(({ document }) => document.Statement)
      expect(statements.map(({ Effect }) => Effect)).toEqual(statements.map(() => 'Allow'))
      const granted = statements.flatMap(({ Action, Resource, Condition }) =>
        [Action].flat().flatMap(action => [Resource].flat().map(arn => `${action} on ${arn}${onlyIn(Condition)}`)),
      )
      const documented = grantsOf(role).map(({ action, on, only = '' }) => `${action} on ${arnOf(on)} ${only}`.trim())
      expect([...granted].sort()).toEqual([...documented].sort())
    }
  })

  test('the roles have no managed policy', async () => {
    for (const role of roles) {
      const RoleName = cloud.stack.idOf(`${role}Role`, 'AWS::IAM::Role')
      const { AttachedPolicies } = await cloud.clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
      expect(AttachedPolicies ?? []).toEqual([])
    }
  })

  test("the roles may do each row of the table and nothing else, says IAM's simulator", async () => {
    const actions = [...new Set([...documentedGrants('enforces').map(({ action }) => action), ...NEVER])]
    const named = [...new Set(documented.map(({ on }) => on))].filter(on => on !== '*' && !PATTERNS[on])
    const instances = Object.values(PATTERNS).map(([start, one]) => `${start}${one}`)
    const arns = [...named.map(arnOf), ...instances, ...ELSEWHERE]
    for (const role of roles) {
      const allowed = (await Promise.all(arns.map(arn => simulate(role, actions, arn)))).flat()
      const rows = grantsOf(role).filter(({ only }) => !UNTOLD.includes(only ?? ''))
      const isDocumented = (action: string, arn: string): boolean =>
        rows.some(row => row.action === action && covers(arnOf(row.on), arn))
      const expected = arns.flatMap(arn =>
        actions.filter(action => isDocumented(action, arn)).map(action => `${action} on ${arn}`),
      )
      expect([...allowed].sort()).toEqual([...expected].sort())
    }
  })

  test('the roles let only Enforce stop an instance, and only if the policy enforces', async () => {
    const instance = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`
    const may = await Promise.all(roles.map(role => simulate(role, ['ec2:StopInstances'], instance)))
    expect(roles.filter((_, index) => (may[index] ?? []).length > 0)).toEqual(policy === 'enforces' ? ['Enforce'] : [])
  })

  async function simulate(role: string, ActionNames: string[], arn: string): Promise<readonly Grant[]> {
    const PolicySourceArn = `arn:aws:iam::${ACCOUNT}:role/${cloud.stack.idOf(`${role}Role`, 'AWS::IAM::Role')}`
    const { EvaluationResults = [] } = await cloud.clients.iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ResourceArns: [arn] }),
    )
    expect(EvaluationResults).toHaveLength(ActionNames.length)
    return EvaluationResults.filter(({ EvalDecision }) => EvalDecision === 'allowed').map(
      ({ EvalActionName }) => `${EvalActionName} on ${arn}`,
    )
  }
}

const covers = (pattern: string, arn: string): boolean =>
  pattern === '*' || pattern === arn || (pattern.endsWith('*') && arn.startsWith(pattern.slice(0, -1)))

/** The value of the one condition that a statement may have. */
const onlyIn = (condition: Statement['Condition'] = {}): string =>
  Object.values(condition)
    .flatMap(keys => Object.values(keys).flat())
    .map(value => ` ${value}`)
    .join()
