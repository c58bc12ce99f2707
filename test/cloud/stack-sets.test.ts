// The StackSets of the spokes, deployed by moto into two accounts and two regions. moto ignores a StackSet in a template, so that each
// is made by the calls that CloudFormation makes for it. It also reaches the management account, as AWS never does.
import {
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DescribeStackSetOperationCommand,
} from '@aws-sdk/client-cloudformation'
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge'
import { GetRolePolicyCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buildSpokeRoles } from '../../infra/spokes/roles.ts'
import { buildSpokeRules } from '../../infra/spokes/rules.ts'
import { buildStackSets } from '../../infra/spokes/stack-sets.ts'
import { ENFORCING } from '../infra/stack.ts'
import { describeCloud, theCloud } from './cloud.ts'
import { type Fleet, roleIn, startFleet } from './fleet.ts'

const HUB = { accountId: '123456789012', region: 'eu-central-1', organizationId: 'o-a1b2c3d4e5' }
const REGIONS = ['us-east-1', 'ap-south-1'] as const

type Group = { readonly DeploymentTargets: { readonly OrganizationalUnitIds: string[] }; readonly Regions: string[] }
type StackSet = {
  readonly StackSetName: string
  readonly TemplateBody: string
  readonly PermissionModel: 'SERVICE_MANAGED'
  readonly Capabilities?: ['CAPABILITY_NAMED_IAM']
  readonly StackInstancesGroup: readonly Group[]
}

const ENDED = ['SUCCEEDED', 'FAILED', 'STOPPED']

describeCloud('the StackSets of the spokes', () => {
  let fleet: Fleet
  let accounts: readonly string[] = []

  const settings = (region: string) => ({
    endpoint: fleet.url,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

  /** The credentials of an account, as moto gives them for any role there. */
  const settingsIn = async (account: string, region: string) => {
    const { Credentials: given } = await new STSClient(settings(region)).send(
      new AssumeRoleCommand({ RoleArn: roleIn(account), RoleSessionName: 'look' }),
    )
    const credentials = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    }
    return { endpoint: fleet.url, region, credentials }
  }

  const makeOrganization = async () => {
    const client = new OrganizationsClient(settings('us-east-1'))
    await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
    const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}))
    const ParentId = root?.Id ?? ''
    const { OrganizationalUnit: unit } = await client.send(
      new CreateOrganizationalUnitCommand({ ParentId, Name: 'all' }),
    )
    const ids: string[] = []
    for (const AccountName of ['shop', 'lab']) {
      const { CreateAccountStatus: made } = await client.send(
        new CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` }),
      )
      const AccountId = made?.AccountId ?? ''
      await client.send(new MoveAccountCommand({ AccountId, SourceParentId: ParentId, DestinationParentId: unit?.Id }))
      ids.push(AccountId)
    }
    return { unit: unit?.Id ?? '', ids }
  }

  const deploy = async (client: CloudFormationClient, { StackInstancesGroup: groups, ...stackSet }: StackSet) => {
    const { StackSetName, TemplateBody, PermissionModel, Capabilities } = stackSet
    await client.send(
      new CreateStackSetCommand({
        StackSetName,
        TemplateBody,
        PermissionModel,
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
        ...(Capabilities !== undefined && { Capabilities }),
      }),
    )
    for (const group of groups) {
      const { OperationId } = await client.send(new CreateStackInstancesCommand({ StackSetName, ...group }))
      let status: string | undefined
      while (!ENDED.includes(status ?? '')) {
        const { StackSetOperation } = await client.send(
          new DescribeStackSetOperationCommand({ StackSetName, OperationId }),
        )
        status = StackSetOperation?.Status
      }
      expect(status).toBe('SUCCEEDED')
    }
  }

  beforeAll(async () => {
    const { python, folder } = theCloud()
    fleet = await startFleet(python, folder)
    const { unit, ids } = await makeOrganization()
    accounts = ids
    const roles = buildSpokeRoles(HUB, ENFORCING)
    const rules = buildSpokeRules(HUB, ENFORCING)
    if (rules === undefined) throw new Error('the policy needs no rules')
    const template = buildStackSets(HUB, { roles, rules }, { units: [unit], regions: REGIONS })
    const resources: Readonly<Record<string, { readonly Properties: StackSet }>> = JSON.parse(
      JSON.stringify(template.Resources),
    )
    const client = new CloudFormationClient(settings('us-east-1'))
    for (const { Properties } of Object.values(resources)) await deploy(client, Properties)
  }, 120_000)
  afterAll(() => fleet?.stop())

  test('make the three roles in each account', async () => {
    expect(accounts).toHaveLength(2)
    for (const account of accounts) {
      const iam = new IAMClient(await settingsIn(account, 'us-east-1'))
      const { Roles = [] } = await iam.send(new ListRolesCommand({}))
      const names = Roles.map(({ RoleName = '' }) => RoleName).filter(name => name.startsWith('virtguard-'))
      expect(names.toSorted()).toEqual(['virtguard-forward', 'virtguard-read', 'virtguard-stop'])
      const { PolicyDocument = '' } = await iam.send(
        new GetRolePolicyCommand({ RoleName: 'virtguard-stop', PolicyName: 'virtguard-stop' }),
      )
      // Each account's own instances, and no other's.
      expect(decodeURIComponent(PolicyDocument)).toContain(`:ec2:*:${account}:instance/*`)
    }
  })

  test('make the rules in each region of each account, and each sends to the hub', async () => {
    for (const account of accounts)
      for (const region of REGIONS) {
        const events = new EventBridgeClient(await settingsIn(account, region))
        const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: 'virtguard-' }))
        expect(Rules.map(({ Name }) => Name)).toContain('virtguard-stopped')
        for (const { Name } of Rules) {
          const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }))
          expect(Targets.map(({ Arn, RoleArn }) => [Arn, RoleArn])).toEqual([
            [
              'arn:aws:events:eu-central-1:123456789012:event-bus/virtguard',
              `arn:aws:iam::${account}:role/virtguard-forward`,
            ],
          ])
        }
      }
  })

  test('make no rules in another region', async () => {
    const events = new EventBridgeClient(await settingsIn(accounts[0] ?? '', 'eu-west-3'))
    expect((await events.send(new ListRulesCommand({}))).Rules ?? []).toEqual([])
  })
})
