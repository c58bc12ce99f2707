import { describe, expect, test } from '@jest/globals'
import { readFileText } from '../../shared/lint/readers/read-file.ts'
import { answersOf, evaluateTemplate, X86 } from './templates.ts'

const unreadable = (text: string) => {
  const reading = readFileText(text)
  return 'unreadable' in reading ? reading.unreadable : ''
}

const TEMPLATE = `# of ours
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Type: { Type: String, Default: t4g.nano }
Mappings:
  Paths:
    eu-west-1: { Path: ${X86} }
Conditions:
  Mine: !And [!Condition Yes, !Not [!Equals [!Ref Type, 'x']]]
  Yes: !Equals [a, a]
Resources:
  Web:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: !Sub
        - '{{resolve:ssm:\${Path}}}'
        - Path: !FindInMap [Paths, !Ref AWS::Region, Path]
      InstanceType: !If [Mine, !Select [0, !Split [',', !Join [',', [!Ref Type]]]], m7i.large]
`

test('the short forms of functions are read', () => {
  const { findings } = evaluateTemplate(TEMPLATE)
  expect(findings[0]).toMatchObject({ status: 'FAILED', place: { address: 'Web', line: 12 } })
  expect(findings[0]?.message).toContain(`resolve:ssm:${X86} on t4g.nano`)
})

test('the same template as JSON has the same answers', () => {
  const Resources = {
    Web: {
      Type: 'AWS::EC2::Instance',
      Properties: { ImageId: { 'Fn::Sub': `{{resolve:ssm:${X86}}}` }, InstanceType: 't4g.nano' },
    },
  }
  expect(answersOf({ Resources })).toEqual(answersOf(TEMPLATE))
})

describe('an alias', () => {
  const aliased = (more = '') =>
    `Resources:\n  A: &web\n    Type: AWS::EC2::Instance\n    Properties: &all\n      ImageId: resolve:ssm:${X86}\n      InstanceType: t4g.nano\n${more}`

  test('is read, and is worth a line because CloudFormation refuses it', () => {
    const { findings, notices } = evaluateTemplate(
      aliased('  B: *web\n  C: { Type: AWS::EC2::Instance, Properties: { <<: *all } }\n'),
    )
    const failed = findings.filter(({ status }) => status === 'FAILED').map(({ place }) => place.address)
    expect(failed).toEqual(['A', 'B', 'C'])
    expect(notices).toEqual([expect.stringContaining('an alias of YAML on line 7')])
  })

  test('in an alias in an alias is not followed for ever', () => {
    const levels = Array.from({ length: 20 }, (_, at) => `x${at + 1}: &x${at + 1} [${`*x${at}, `.repeat(10)}]`)
    expect(unreadable(`x0: &x0 [a]\n${levels.join('\n')}\nResources:\n  A: { Type: AWS::EC2::Instance }\n`)).toContain(
      'more than a template may have',
    )
  })
})

describe('what is no template is one line', () => {
  test.each([
    ['broken YAML', 'Resources:\n  A:\n    Type: "AWS::EC2::Instance\n', 'broken YAML on line 4'],
    [
      'a key that is there twice',
      'Resources:\n  A: { Type: AWS::S3::Bucket }\n  A: { Type: AWS::S3::Bucket }\n',
      'broken YAML on line 3, column 3 (DUPLICATE_KEY)',
    ],
    ['two documents', 'Resources:\n  A: { Type: AWS::S3::Bucket }\n---\na: 1\n', 'several YAML documents'],
    ['YAML nested without end', `Resources:\n  A: ${'['.repeat(5000)}`, 'nested too deeply'],
    [
      'JSON nested without end',
      `{"Resources":{"A":{"Type":"AWS::EC2::Instance","x":${'['.repeat(5000)}${']'.repeat(5000)}}}}`,
      'nested more deeply',
    ],
    ['JSON with a mistake', '{\n"Resources": {"A" "B"}}', 'broken YAML on line 2'],
    ['other YAML', 'apiVersion: v1\nkind: Pod\n', 'neither a template nor a plan'],
    ['YAML with other resources', 'Resources:\n  - a\n', 'in no form that lint knows'],
    [
      'source of Terraform with a template in it',
      'resource "aws_cloudformation_stack" "s" {\n  template_body = <<E\nResources:\n  A: {\nE\n}\n',
      'the source of a configuration',
    ],
    ['the manifest of an assembly', '{"version":"39.0.0","artifacts":{}}', 'the manifest of cdk.out; name its folder'],
  ])('%s', (_, text, why) => expect(unreadable(text)).toContain(why))
})
