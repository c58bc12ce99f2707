import { describe, expect, test } from '@jest/globals'
import { buildSpokeRoles } from '../../infra/spokes/roles.ts'
import { buildSpokeRules } from '../../infra/spokes/rules.ts'
import { buildStackSets, type Targets } from '../../infra/spokes/stack-sets.ts'
import { RULES } from '../../shared/rules/registry.ts'
import { ENFORCING } from './stack.ts'

const HUB = { accountId: '123456789012', region: 'eu-central-1', organizationId: 'o-a1b2c3d4e5' }
const TARGETS: Targets = { units: ['r-ab12'], regions: ['eu-central-1', 'us-east-1', 'ap-south-1'] }

const roles = buildSpokeRoles(HUB, ENFORCING)
const rules = buildSpokeRules(HUB, ENFORCING) ?? roles

type StackSet = { readonly Properties: Readonly<Record<string, unknown>> }
const build = (targets: Targets): Readonly<Record<string, StackSet>> =>
  JSON.parse(JSON.stringify(buildStackSets(HUB, { roles, rules }, targets))).Resources

describe('the StackSets of the spokes', () => {
  const { Roles, Rules } = build(TARGETS)

  test('hold the two templates of a spoke', () => {
    expect([Roles, Rules].map(one => JSON.parse(String(one?.Properties['TemplateBody'])))).toEqual(
      JSON.parse(JSON.stringify([roles, rules])),
    )
  })

  test('deploy into accounts that join, and take everything away from those that leave', () => {
    for (const one of [Roles, Rules])
      expect(one?.Properties).toMatchObject({
        PermissionModel: 'SERVICE_MANAGED',
        AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
        ManagedExecution: { Active: true },
      })
  })

  test('deploy the roles before the rules that name them, in accounts that join later, too', () => {
    expect(Rules?.Properties['AutoDeployment']).toMatchObject({
      DependsOn: [
        {
          'Fn::Sub': expect.stringMatching(
            /:cloudformation:.*:\$\{AWS::AccountId\}:stackset\/\$\{Roles\.StackSetId\}$/,
          ),
        },
      ],
    })
    expect(Roles?.Properties['AutoDeployment']).not.toHaveProperty('DependsOn')
  })

  test('deploy into all accounts and regions at once, and one failure ends nothing', () => {
    for (const one of [Roles, Rules])
      expect(one?.Properties['OperationPreferences']).toEqual({
        MaxConcurrentPercentage: 100,
        FailureTolerancePercentage: 90,
        ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
        RegionConcurrencyType: 'PARALLEL',
      })
  })

  test('make the roles in one region, because their names are global', () => {
    expect(Roles?.Properties['StackInstancesGroup']).toEqual([
      { DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: ['eu-central-1'] },
    ])
    expect(Roles?.Properties['Capabilities']).toEqual(['CAPABILITY_NAMED_IAM'])
  })

  test('make no rules where the hub has its own', () => {
    expect(Rules?.Properties['StackInstancesGroup']).toEqual([
      { DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: ['us-east-1', 'ap-south-1'] },
      {
        DeploymentTargets: {
          OrganizationalUnitIds: ['r-ab12'],
          AccountFilterType: 'DIFFERENCE',
          Accounts: ['123456789012'],
        },
        Regions: ['eu-central-1'],
      },
    ])
  })

  test('name the management account where a delegated administrator deploys them', () => {
    const delegated = build({ ...TARGETS, management: '210987654321' })
    expect(delegated['Roles']?.Properties).toMatchObject({ CallAs: 'DELEGATED_ADMIN' })
    expect(JSON.stringify(delegated['Rules']?.Properties['AutoDeployment'])).toContain(':210987654321:stackset/')
    expect(Roles?.Properties).not.toHaveProperty('CallAs')
  })

  test('fit into a template that needs no bucket, with every rule on', () => {
    const everything = {
      ...ENFORCING,
      rules: Object.fromEntries(
        RULES.map(({ id, severity }) => [
          id,
          { severity, options: {}, ...ENFORCING.rules[id], mode: 'enforce' as const },
        ]),
      ),
    }
    const largest = { roles: buildSpokeRoles(HUB, everything), rules: buildSpokeRules(HUB, everything) ?? roles }
    const bytes = Buffer.byteLength(JSON.stringify(buildStackSets(HUB, largest, TARGETS), null, 2))
    // CloudFormation takes so many bytes in a call (quotas of CloudFormation, Template body size in a request).
    expect(bytes).toBeLessThan(51_200)
  })
})
