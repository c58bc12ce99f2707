import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { readSettingsFrom } from '../../infra/settings/context.ts'
import { UserError } from '../../shared/errors.ts'
import { EVALUATED_TYPES } from '../../shared/lint/readers/cloudformation/launchers.ts'
import { deployedGrants } from './grants.ts'
import { anApp, aTemplate, type Resource, resourceNamed, resourcesOf } from './stack.ts'

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const ALONE = aTemplate()
const WARNING = aTemplate({ hook: 'warn' })
const FAILING = aTemplate({
  hook: 'fail',
  live: true,
  options: { hookUnknown: 'fail', hookErrors: 'fail', namePrefix: 'team-a', kmsKey: KEY },
})

const resources = (template: Template) => template.toJSON()['Resources'] as Readonly<Record<string, Resource>>
const hookOf = (template: Template) =>
  Object.values(resourcesOf(template, 'AWS::CloudFormation::LambdaHook'))[0]?.Properties
const environmentOf = (template: Template) => {
  const { Environment } = resourceNamed(template, 'AWS::Lambda::Function', 'Hook').Properties
  return (Environment as { Variables: Readonly<Record<string, unknown>> }).Variables
}

describe('a stack with a hook', () => {
  test('has these parts more, and no other is different but the dashboard', () => {
    const [alone, warning] = [resources(ALONE), resources(WARNING)]
    const more = Object.keys(warning).filter(id => !(id in alone))
    expect(more.map(id => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual(
      [
        ...['Hook', 'HookLog', 'HookRole', 'HookRoleDefaultPolicy', 'HookInvoker', 'HookInvokerDefaultPolicy'],
        ...['LaunchHook', 'HookErrors', 'HookThrottles', 'HookProblems'],
      ].sort(),
    )
    const changed = Object.keys(alone).filter(id => JSON.stringify(alone[id]) !== JSON.stringify(warning[id]))
    expect(changed.map(id => alone[id]?.Type)).toEqual(['AWS::CloudWatch::Dashboard'])
  })

  test('has CloudFormation and Cloud Control ask before they make or change what lint evaluates, and of nothing else', () => {
    expect(hookOf(WARNING)).toMatchObject({
      Alias: 'Virtguard::Launch::Hook',
      HookStatus: 'ENABLED',
      TargetOperations: ['RESOURCE', 'CLOUD_CONTROL'],
    })
    const { Targets } = Object(hookOf(WARNING)?.['TargetFilters'])
    expect(Targets).toHaveLength(2 * EVALUATED_TYPES.length)
    expect(EVALUATED_TYPES).toEqual(expect.arrayContaining(['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate']))
    for (const TargetName of EVALUATED_TYPES)
      for (const Action of ['CREATE', 'UPDATE'])
        expect(Targets).toContainEqual({ TargetName, Action, InvocationPoint: 'PRE_PROVISION' })
    // A hook that is broken never stops the repair of the stack.
    const own = new Set(Object.values(resources(WARNING)).map(({ Type }) => Type))
    expect(EVALUATED_TYPES.filter(type => own.has(type))).toEqual([])
  })

  test('warns or refuses as the settings say, and lets through what is not known unless they say otherwise', () => {
    expect([hookOf(WARNING)?.['FailureMode'], hookOf(FAILING)?.['FailureMode']]).toEqual(['WARN', 'FAIL'])
    expect(environmentOf(WARNING)).toEqual({ HOOK_UNKNOWN: 'pass', HOOK_ERRORS: 'pass' })
    expect(environmentOf(FAILING)).toMatchObject({ HOOK_UNKNOWN: 'fail', HOOK_ERRORS: 'fail', LIVE_POLICY: 'on' })
  })

  test('can have copies of its own, so that it is not throttled', () => {
    const template = aTemplate({ hook: 'fail', options: { reservedConcurrency: { hook: 3 } } })
    const { Properties } = resourceNamed(template, 'AWS::Lambda::Function', 'Hook')
    expect(Properties['ReservedConcurrentExecutions']).toBe(3)
  })

  test('has a name of its own beside another stack of the region', () => {
    expect(hookOf(FAILING)?.['Alias']).toBe('Virtguard::teamXaX::Hook')
    expect(hookOf(FAILING)?.['Alias']).toMatch(/^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}$/)
  })

  test('may do what docs/permissions.md lists, and nothing else', () => {
    const ofHook = (template: Template) =>
      deployedGrants(template).filter(({ function: name }) => name.startsWith('Hook'))
    const page = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8')
    const [, section = ''] = page.split('## Only with a hook')
    const rows = [...section.matchAll(/^\| `(Hook\w*)` \| ([^|]+) \| ([^|]+) \| (?:([^|]+) )?\|/gm)]
    const quoted = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, inside = '']) => inside)
    const listed = rows.flatMap(([, name = '', actions, on, only]) =>
      quoted(actions).map(action => ({
        ...{ function: name, action, on: quoted(on)[0] ?? '*' },
        ...(quoted(only)[0] !== undefined && { only: quoted(only)[0] }),
      })),
    )
    const live = listed.filter(({ only }) => only === 'policy')
    expect(live).toHaveLength(1)
    expect(ofHook(WARNING)).toEqual(expect.arrayContaining(listed.filter(row => !live.includes(row))))
    expect(ofHook(WARNING)).toHaveLength(listed.length - live.length)
    const ofFailing = ofHook(FAILING).filter(({ action }) => !action.startsWith('kms:'))
    expect(ofFailing).toEqual(expect.arrayContaining(listed))
    expect(ofFailing).toHaveLength(listed.length)
  })

  test('lets CloudFormation assume the role that invokes the function, for this account, and gives it no key', () => {
    const { AssumeRolePolicyDocument } = resourceNamed(FAILING, 'AWS::IAM::Role', 'HookInvoker').Properties
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Principal: { Service: 'hooks.cloudformation.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ],
    })
    const ofInvoker = deployedGrants(FAILING).filter(({ function: name }) => name === 'HookInvoker')
    expect(ofInvoker.map(({ action }) => action)).toEqual(['lambda:InvokeFunction'])
  })

  test('is made when the function and both roles are there', () => {
    const [hook] = Object.values(resourcesOf(WARNING, 'AWS::CloudFormation::LambdaHook'))
    const { DependsOn } = hook as unknown as { DependsOn: readonly string[] }
    expect(DependsOn.map(id => id.slice(0, -8)).sort()).toEqual(
      expect.arrayContaining(['Hook', 'HookInvoker', 'HookInvokerDefaultPolicy']),
    )
  })

  test('has alarms with a page that names them', () => {
    const page = readFileSync(join(__dirname, '../../docs/runbooks/hook.md'), 'utf8').split('\n')[0]
    for (const name of ['HookErrors', 'HookThrottles', 'HookProblems']) {
      const { AlarmDescription } = resourceNamed(WARNING, 'AWS::CloudWatch::Alarm', name).Properties
      expect(AlarmDescription).toMatch(/See docs\/runbooks\/hook\.md$/)
      expect(page).toContain(name)
    }
  })

  test('passes the checks of cdk-nag', () => {
    const app = anApp({ hook: 'fail', emails: ['user@example.com'] })
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] })
  })
})

describe('the setting', () => {
  test.each(['warn', 'fail'] as const)('is read from the context: %s', hook => {
    expect(readSettingsFrom({ hook })).toMatchObject({ hook })
  })

  test('is absent if nobody asks for it', () => {
    expect(readSettingsFrom({})).not.toHaveProperty('hook')
  })

  test('is refused if it is another word', () => {
    expect(() => readSettingsFrom({ hook: 'on' })).toThrow(
      new UserError('context hook: "on" is not valid; give -c hook=warn or fail'),
    )
  })
})
