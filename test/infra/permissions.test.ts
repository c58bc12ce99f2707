import { describe, expect, test } from '@jest/globals'
import { deployedGrants, documentedGrants } from './grants.ts'
import { aTemplate, resourcesOf } from './stack.ts'

const template = aTemplate()
const text = JSON.stringify(template.toJSON())

describe('who may do what', () => {
  test('is what docs/permissions.md lists, and nothing else', () => {
    expect(deployedGrants(template)).toEqual(documentedGrants())
    expect(documentedGrants().length).toBeGreaterThan(20)
  })

  test('is said by the policies of two roles, for Lambda only, without a managed policy', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role')
    const names = Object.keys(roles).map(id => id.slice(0, -8))
    expect(names.sort()).toEqual(['ConfirmRole', 'EvaluateRole'])
    for (const { Properties } of Object.values(roles)) {
      expect(Object.keys(Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Tags'])
      expect(JSON.stringify(Properties['AssumeRolePolicyDocument'])).toContain('"Service":"lambda.amazonaws.com"')
    }
  })

  test('is no change of an instance or an image, for anybody', () => {
    const actions = [...text.matchAll(/"(ec2:[\w*]+)"/g)].map(match => match[1])
    expect(actions.length).toBeGreaterThan(0)
    for (const action of actions) expect(action).toMatch(/^ec2:Describe\w+$/)
  })

  test('is sending to a queue for the rules and the topic of the stack only, and never without TLS', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy')).map(({ Properties }) => Properties)
    const statements = policies.flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: readonly Record<string, unknown>[] }).Statement,
    )
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toHaveLength(6)
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow')
    expect(allowed).toHaveLength(4 + 4 + 2)
    for (const statement of allowed) {
      expect(JSON.stringify(statement['Principal'])).toMatch(/"(events|sns)\.amazonaws\.com"/)
      expect(JSON.stringify(statement['Condition'])).toMatch(/"aws:SourceArn":\{"(Ref|Fn::GetAtt)":/)
    }
  })
})
