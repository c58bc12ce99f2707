import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ListAttachedRolePoliciesCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from '@jest/globals'
import { ACCOUNT, REGION } from '../../local/isolation.ts'
import { ROOT } from '../../local/root.ts'
import { describeCloud, type TestCloud, theCloud } from './cloud.ts'
import { policiesOf } from './roles.ts'

/** `ACTION on ARN`. */
type Grant = string

const RESOURCES: Readonly<Record<string, readonly [type: string, arn: (id: string) => string]>> = {
  queue: ['AWS::SQS::Queue', url => `arn:aws:sqs:${REGION}:${ACCOUNT}:${url.split('/').at(-1)}`],
  table: ['AWS::DynamoDB::Table', name => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`],
  topic: ['AWS::SNS::Topic', arn => arn],
  key: ['AWS::KMS::Key', id => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`],
  'log group': ['AWS::Logs::LogGroup', name => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}:*`],
}

/** What must not be possible wherever it is tried, beside what other functions may do. */
const NEVER = [
  ...[
    'ec2:StopInstances',
    'ec2:StartInstances',
    'ec2:TerminateInstances',
    'ec2:RunInstances',
    'ec2:ModifyInstanceAttribute',
  ],
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

const rows = readFileSync(path.join(ROOT, 'docs', 'permissions.md'), 'utf8')
  .split('\n')
  .filter(line => /^\| [A-Z]/.test(line))
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, name = '', actions = '', resource = '']) => ({ name, actions: quoted(actions), resource }))

function quoted(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, inside = '']) => inside)
}

describeCloud('permissions of the deployed roles', () => {
  let cloud: TestCloud
  beforeAll(() => {
    cloud = theCloud()
  })

  const arnOf = (resource: string): string => {
    if (resource === 'everything') return '*'
    const [, kind = '', name = ''] = /^(.+) `(\w+)`$/.exec(resource) ?? []
    const [type, arn] = RESOURCES[kind] ?? ['no such kind of resource', () => '']
    return arn(cloud.stack.idOf(name, type))
  }

  const documented = (name: string): readonly Grant[] =>
    rows
      .filter(row => row.name === name)
      .flatMap(({ actions, resource }) => actions.map(action => `${action} on ${arnOf(resource)}`))
      .sort()

  const functions = () =>
    cloud.stack.list
      .filter(({ ResourceType }) => ResourceType === 'AWS::Lambda::Function')
      .map(({ LogicalResourceId }) => LogicalResourceId?.replace(/[0-9A-F]{8}$/, '') ?? '')

  test('the table has every function of the stack, and no other', () => {
    expect([...new Set(rows.map(({ name }) => name))].sort()).toEqual([...functions()].sort())
  })

  test('the policies of each role grant what the table says, to the letter', async () => {
    for (const name of functions()) {
      const policies = await policiesOf(name, cloud)
      const statements = policies.flatMap(({ document }) => document.Statement)
      expect(statements.map(({ Effect }) => Effect)).toEqual(statements.map(() => 'Allow'))
      const granted = statements.flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap(action => [Resource].flat().map(arn => `${action} on ${arn}`)),
      )
      expect([...granted].sort()).toEqual(documented(name))
    }
  })

  test('no role has a managed policy', async () => {
    for (const name of functions()) {
      const RoleName = cloud.stack.idOf(`${name}Role`, 'AWS::IAM::Role')
      const { AttachedPolicies } = await cloud.clients.iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
      expect(AttachedPolicies ?? []).toEqual([])
    }
  })

  test("IAM's simulator allows each row of the table to its role, and nothing else", async () => {
    const policies = await Promise.all(functions().map(name => policiesOf(name, cloud)))
    const granted = policies.flat().flatMap(({ document }) => document.Statement.flatMap(({ Action }) => Action))
    const actions = [...new Set([...granted, ...rows.flatMap(row => row.actions), ...NEVER])]
    const named = [...new Set(rows.map(row => row.resource))].filter(resource => resource !== 'everything')
    const elsewhere = `arn:aws:sqs:${REGION}:${ACCOUNT}:somebody-elses`
    const instance = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0123456789abcdef0`
    const arns = [...named.map(arnOf), elsewhere, instance]
    for (const name of functions()) {
      const allowed = (await Promise.all(arns.map(arn => simulate(name, actions, arn)))).flat()
      const expected = documented(name).flatMap(grant => {
        const [action, arn] = grant.split(' on ')
        return (arn === '*' ? arns : [arn]).map(one => `${action} on ${one}`)
      })
      expect([...allowed].sort()).toEqual([...expected].sort())
    }
  })

  async function simulate(name: string, ActionNames: string[], arn: string): Promise<readonly Grant[]> {
    const PolicySourceArn = `arn:aws:iam::${ACCOUNT}:role/${cloud.stack.idOf(`${name}Role`, 'AWS::IAM::Role')}`
    const { EvaluationResults = [] } = await cloud.clients.iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames, ResourceArns: [arn] }),
    )
    expect(EvaluationResults).toHaveLength(ActionNames.length)
    return EvaluationResults.filter(({ EvalDecision }) => EvalDecision === 'allowed').map(
      ({ EvalActionName }) => `${EvalActionName} on ${arn}`,
    )
  }
})
