import { describe, expect, test } from '@jest/globals'
import { page } from './exceptions.ts'
import { byDefault, strict } from './templates.ts'

type Json = Readonly<Record<string, unknown>>
type Template = { readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Json }>> }

const ofType = ({ Resources }: Template, type: string): readonly Json[] => {
  const found = Object.values(Resources).filter(({ Type }) => Type === type)
  return found.map(({ Properties = {} }) => Properties)
}

const isEach = (type: string, holds: (properties: Json) => boolean) => (template: Template) =>
  ofType(template, type).every(holds)

/** Everybody who is allowed something without a condition. */
const isPublic = (document: unknown): boolean =>
  /\{[^{}]*"Effect":"Allow","Principal":(?:"\*"|\{"AWS":"\*"\})(?![^{}]*"Condition")/.test(
    JSON.stringify(document ?? {}),
  )

const CHECKS: Readonly<Record<string, (template: Template) => boolean>> = {
  'DynamoDB.1': isEach('AWS::DynamoDB::Table', one => one['BillingMode'] === 'PAY_PER_REQUEST'),
  'DynamoDB.2': isEach('AWS::DynamoDB::Table', one =>
    JSON.stringify(one['PointInTimeRecoverySpecification']).includes('"PointInTimeRecoveryEnabled":true'),
  ),
  'DynamoDB.6': isEach('AWS::DynamoDB::Table', one => one['DeletionProtectionEnabled'] === true),
  'Lambda.1': isEach('AWS::Lambda::Permission', one => one['Principal'] !== '*'),
  'Lambda.2': isEach('AWS::Lambda::Function', one => one['Runtime'] === 'nodejs24.x'),
  'Lambda.5': isEach(
    'AWS::Lambda::Function',
    one => JSON.stringify(one['VpcConfig'] ?? '').split('subnet-').length !== 2,
  ),
  'EventBridge.3': template =>
    ofType(template, 'AWS::Events::EventBus').length === ofType(template, 'AWS::Events::EventBusPolicy').length,
  'KMS.5': isEach('AWS::KMS::Key', one => !isPublic(one['KeyPolicy'])),
  'SNS.4': isEach('AWS::SNS::TopicPolicy', one => !isPublic(one['PolicyDocument'])),
  'SQS.1': isEach(
    'AWS::SQS::Queue',
    one => one['SqsManagedSseEnabled'] === true || typeof one['KmsMasterKeyId'] === 'string',
  ),
  'SQS.3': isEach('AWS::SQS::QueuePolicy', one => !isPublic(one['PolicyDocument'])),
}

const rows = [...page.matchAll(/^\| (\w+\.\d+) \| [^|]+ \| (passes|fails|does not apply)/gm)].map(
  ([, id = '', word = '']) => [id, word] as const,
)

describe('the controls of Foundational Security Best Practices', () => {
  test('that docs/compliance.md lists are those that are checked here', () => {
    expect(rows.map(([id]) => id).sort()).toEqual(Object.keys(CHECKS).sort())
  })

  test.each(rows)('%s: the stack %s, and passes with the strict settings', (id, word) => {
    expect(CHECKS[id]?.(byDefault.template)).toBe(word !== 'fails')
    expect(CHECKS[id]?.(strict.template)).toBe(true)
  })

  test('know a public policy when they see one', () => {
    const statement = (Condition?: object) => ({ Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Condition }] })
    expect(isPublic(statement())).toBe(true)
    expect(isPublic({ Statement: [{ Effect: 'Allow', Principal: '*' }] })).toBe(true)
    expect(isPublic({ Statement: [{ Effect: 'Deny', Principal: { AWS: '*' } }] })).toBe(false)
  })
})
