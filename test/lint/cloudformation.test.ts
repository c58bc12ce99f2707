import { describe, expect, test } from '@jest/globals'
import { ARM, anInstance, answerOf, answersOf, aTemplate, evaluateTemplate, PV, stored, X86 } from './templates.ts'

const MISFIT = 'FAILED ARCH_UNSUPPORTED'
const UNKNOWN = 'UNKNOWN FACTS_MISSING'
const ref = (name: string) => ({ Ref: name })

describe('an image that AWS names', () => {
  test('is known by the name, and each fact says so', () => {
    const { findings } = evaluateTemplate(aTemplate({ Web: anInstance(stored(X86), 't4g.micro') }))
    expect(findings.find(({ rule }) => rule === 'incompatible-launch')).toMatchObject({
      status: 'FAILED',
      reasons: ['ARCH_UNSUPPORTED'],
      resource: { type: 'AwsEc2Instance', id: 'Web' },
      place: { file: 't.yaml', address: 'Web', line: 1 },
      factSources: { architecture: 'name', virtualizationType: 'name' },
    })
  })

  test.each([
    [
      'of a parameter of that type',
      ref('Ami'),
      { Ami: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: X86 } },
    ],
    [
      'in Fn::Sub around a reference',
      { 'Fn::Sub': `{{resolve:ssm:${X86.replace('x86_64', `\${Cpu}`)}}}` },
      { Cpu: { Type: 'String', Default: 'x86_64' } },
    ],
    ['with a version', stored(`${X86}:3`), {}],
    ['without braces', `resolve:ssm:${X86}`, {}],
    ['in Fn::Join', { 'Fn::Join': ['', ['{{resolve:ssm:', X86, '}}']] }, {}],
  ])('is known %s', (_, image, Parameters) => {
    expect(answerOf(anInstance(image, 't4g.micro'), { Parameters }).answer).toBe(MISFIT)
    expect(answerOf(anInstance(image, 't3.micro'), { Parameters }).answer).toBe('PASSED')
  })

  test('as paravirtual fails on a type without it', () =>
    expect(answerOf(anInstance(stored(PV), 'm7i.large')).answer).toContain('VIRT_TYPE_UNSUPPORTED'))

  test.each([
    ['an id', 'ami-0abcdef1234567890', 'virtguard check --image-id ami-0abcdef1234567890'],
    ['a parameter of your own', stored('/mine/ami:4'), 'aws ssm get-parameter --name /mine/ami:4'],
    ['a parameter of a seller', stored('/aws/service/marketplace/prod-1/1'), 'virtguard check --image-id resolve:ssm:'],
    ['another resource', { 'Fn::GetAtt': 'Builder.ImageId' }, 'comes from another resource'],
    ['another stack', { 'Fn::ImportValue': 'ami' }, 'a value of another stack'],
    ['a secret', '{{resolve:secretsmanager:hunter2}}', 'a secret, of which nothing is printed'],
    ['no id', 'NOT_SUPPORTED', 'no image id: name one'],
    ['nothing', undefined, 'Nothing in the file says its image'],
    ['a function that lint does not know', { 'Fn::Cidr': [] }, 'lint does not evaluate Fn::Cidr'],
  ])('is UNKNOWN as %s, which says how to learn it', (_, image, hint) => {
    const { answer, message } = answerOf(anInstance(image, 't3.micro'))
    expect(answer).toBe(UNKNOWN)
    expect(message).toContain(hint)
  })
})

describe('image and type are only asked as they can occur together', () => {
  const Parameters = { Type: { Type: 'String', Default: 't3.micro', AllowedValues: ['t3.micro', 't4g.micro'] } }
  const isArm = { 'Fn::Equals': [ref('Type'), 't4g.micro'] }
  const either = { 'Fn::If': ['IsArm', stored(ARM), stored(X86)] }

  test('with a condition that decides on the type', () =>
    expect(answerOf(anInstance(either, ref('Type')), { Parameters, Conditions: { IsArm: isArm } }).answer).toBe(
      'PASSED',
    ))

  test('each allowed value fails that does not fit, and only that is named', () => {
    const { answer, message } = answerOf(anInstance(stored(X86), ref('Type')), { Parameters })
    expect(answer).toBe(MISFIT)
    expect(message).toContain('on t4g.micro, which')
  })

  test('with a condition the wrong way round', () => {
    const Conditions = { IsArm: { 'Fn::Not': [isArm] } }
    const { message } = answerOf(anInstance(either, ref('Type')), { Parameters, Conditions })
    expect(message).toContain(`${ARM} on t3.micro`)
    expect(message).toContain(`${X86} on t4g.micro`)
  })

  test('with maps in maps', () => {
    const Mappings = {
      Cpu: { 't3.micro': { Name: 'x86_64' }, 't4g.micro': { Name: 'arm64' } },
      Image: { x86_64: { Path: X86 }, arm64: { Path: ARM } },
    }
    const cpu = { 'Fn::FindInMap': ['Cpu', ref('Type'), 'Name'] }
    const image = { 'Fn::Sub': [`{{resolve:ssm:\${Path}}}`, { Path: { 'Fn::FindInMap': ['Image', cpu, 'Path'] } }] }
    expect(answerOf(anInstance(image, ref('Type')), { Parameters, Mappings }).answer).toBe('PASSED')
  })

  test('with one condition that nothing decides', () => {
    const Conditions = { IsArm: { 'Fn::Equals': [ref('AWS::StackName'), 'arm'] } }
    const type = { 'Fn::If': ['IsArm', 't4g.micro', 't3.micro'] }
    expect(answerOf(anInstance(either, type), { Conditions }).answer).toBe('PASSED')
  })

  test('with several comparisons of a parameter without a value', () => {
    const Conditions = {
      IsArm: { 'Fn::Equals': [ref('Cpu'), 'arm'] },
      IsIntel: { 'Fn::Equals': ['intel', ref('Cpu')] },
    }
    const type = { 'Fn::If': ['IsIntel', 't3.micro', { 'Fn::If': ['IsArm', 't4g.micro', 't3.micro'] }] }
    const parts = { Parameters: { Cpu: { Type: 'String' } }, Conditions }
    expect(answerOf(anInstance(either, type), parts).answer).toBe('PASSED')
  })

  test('with Fn::And, Fn::Or and conditions in conditions', () => {
    const Conditions = {
      IsArm: { 'Fn::And': [{ Condition: 'Mine' }, { 'Fn::Or': [isArm, { Condition: 'Never' }] }] },
      Mine: { 'Fn::Not': [{ Condition: 'Never' }] },
      Never: { 'Fn::Equals': ['a', 'b'] },
    }
    expect(answerOf(anInstance(either, ref('Type')), { Parameters, Conditions }).answer).toBe('PASSED')
  })

  test('a condition that asks for itself is taken both ways', () => {
    const Conditions = { IsArm: { 'Fn::Not': [{ Condition: 'IsArm' }] } }
    expect(answerOf(anInstance(either, 't3.micro'), { Conditions }).answer).toBe(MISFIT)
  })

  test('in a template that leaves too much open, what was not evaluated is UNKNOWN', () => {
    const names = Array.from({ length: 40 }, (_, index) => `P${index}`)
    const open = (name: string) => ({ 'Fn::If': [name, stored(X86), stored(X86)] })
    const Conditions = Object.fromEntries(names.map(name => [name, { 'Fn::Equals': [ref('AWS::StackName'), name] }]))
    const image = { 'Fn::Join': ['', names.map(open)] }
    const { answer, message } = answerOf(anInstance(image, 't3.micro'), { Conditions })
    expect(answer).toBe(UNKNOWN)
    expect(message).toContain('not every combination was evaluated')
  })
})

describe('a template that was written to break its reader is UNKNOWN', () => {
  const many = Array.from({ length: 5_000 }, () => ref('AWS::StackName'))

  test.each([
    ['a text of very many pieces', { 'Fn::Join': ['', many] }, {}],
    ['a condition of very many parts', { 'Fn::If': ['C', 'a', 'b'] }, { C: { 'Fn::And': many } }],
    [
      'conditions that ask for each other without end',
      { 'Fn::If': ['C', 'a', 'b'] },
      {
        C: { 'Fn::Not': [{ 'Fn::And': [{ Condition: 'D' }, { Condition: 'D' }] }] },
        D: { 'Fn::Not': [{ Condition: 'C' }] },
      },
    ],
  ])('%s', (_, image, Conditions) =>
    expect(answerOf(anInstance(image, 't3.micro'), { Conditions }).answer).toBe(UNKNOWN),
  )
})

describe('the Region', () => {
  const Mappings = { Amis: { 'us-east-1': { A: 'arm64' }, 'eu-west-1': { A: 'x86_64' } } }
  const image = {
    'Fn::Sub': [
      `{{resolve:ssm:${X86.replace('x86_64', `\${A}`)}}}`,
      { A: { 'Fn::FindInMap': ['Amis', ref('AWS::Region'), 'A'] } },
    ],
  }

  test('that is not known is each of the map', () => {
    const { answer, message } = answerOf(anInstance(image, 't3.micro'), { Mappings })
    expect(answer).toBe(MISFIT)
    expect(message).toContain(`${ARM} on t3.micro`)
  })

  test('that is known is that alone', () => {
    expect(answerOf(anInstance(image, 't3.micro'), { Mappings }, { region: 'eu-west-1' }).answer).toBe('PASSED')
    expect(answerOf(anInstance(image, 't3.micro'), { Mappings }, { region: 'us-east-1' }).answer).toBe(MISFIT)
  })

  test('that the map does not have is UNKNOWN, and is named', () => {
    const { answer, message } = answerOf(anInstance(image, 't3.micro'), { Mappings }, { region: 'sa-east-1' })
    expect(answer).toBe(UNKNOWN)
    expect(message).toContain('The map Amis has no sa-east-1: add it.')
  })

  test('that the map does not have is the default value of Fn::FindInMap', () => {
    const named = { 'Fn::FindInMap': ['Amis', ref('AWS::Region'), 'A', { DefaultValue: stored(X86) }] }
    expect(answerOf(anInstance(named, 't3.micro'), { Mappings }, { region: 'sa-east-1' }).answer).toBe('PASSED')
  })

  test('is the same in maps and in conditions', () => {
    const Conditions = { IsFirst: { 'Fn::Equals': [ref('AWS::Region'), 'us-east-1'] } }
    const type = { 'Fn::If': ['IsFirst', 't4g.micro', 't3.micro'] }
    expect(answerOf(anInstance(image, type), { Mappings, Conditions }).answer).toBe('PASSED')
  })

  test('that a condition rules out is none of a map', () => {
    const Conditions = { IsFirst: { 'Fn::Equals': [ref('AWS::Region'), 'us-east-1'] } }
    const named = { 'Fn::If': ['IsFirst', stored(ARM), stored(X86)] }
    const types = { Types: { 'us-east-1': { T: 't4g.micro' }, 'eu-west-1': { T: 't3.micro' } } }
    const type = { 'Fn::FindInMap': ['Types', ref('AWS::Region'), 'T'] }
    expect(answerOf(anInstance(named, type), { Mappings: types, Conditions }).answer).toBe('PASSED')
  })

  test('that two maps do not share is no Region to deploy to', () => {
    const more = { Types: { 'us-east-1': { T: 't4g.micro' }, 'sa-east-1': { T: 't3.micro' } } }
    const type = { 'Fn::FindInMap': ['Types', ref('AWS::Region'), 'T'] }
    expect(answerOf(anInstance(image, type), { Mappings: { ...Mappings, ...more } }).answer).toBe('PASSED')
    const none = { Types: { 'sa-east-1': { T: 't3.micro' } } }
    const { answer, message } = answerOf(anInstance(image, type), { Mappings: { ...Mappings, ...none } })
    expect(answer).toBe(UNKNOWN)
    expect(message).toContain('no key in common')
  })
})

describe('a parameter', () => {
  test('without a default is UNKNOWN by its name', () => {
    const { answer, message } = answerOf(anInstance(ref('Ami'), 't3.micro'), {
      Parameters: { Ami: { Type: 'AWS::EC2::Image::Id' } },
    })
    expect(answer).toBe(UNKNOWN)
    expect(message).toContain('The parameter Ami has no default and no allowed values: give it one.')
  })

  test('that is marked NoEcho is not printed', () => {
    const Parameters = { Ami: { Type: 'String', NoEcho: true, Default: 'ami-0abcdef1234567890' } }
    const { findings } = evaluateTemplate(aTemplate({ It: anInstance(ref('Ami'), 't3.micro') }, { Parameters }))
    expect(JSON.stringify(findings)).not.toContain('ami-0abc')
    expect(JSON.stringify(findings)).toContain('is marked NoEcho')
  })

  test('that is a list is selected from', () => {
    const Parameters = { Types: { Type: 'CommaDelimitedList', Default: 't3.micro, t4g.micro' } }
    const at = (index: string) => anInstance(stored(X86), { 'Fn::Select': [index, ref('Types')] })
    expect(answerOf(at('0'), { Parameters }).answer).toBe('PASSED')
    expect(answerOf(at('1'), { Parameters }).answer).toBe(MISFIT)
    expect(answerOf(at('2'), { Parameters }).answer).toBe(UNKNOWN)
  })

  test('that is split is selected from', () => {
    const split = { 'Fn::Select': [1, { 'Fn::Split': ['|', ref('Types')] }] }
    const Parameters = { Types: { Type: 'String', Default: 't3.micro|t4g.micro' } }
    expect(answerOf(anInstance(stored(X86), split), { Parameters }).answer).toBe(MISFIT)
  })
})

test('what is made on a condition that never holds launches nothing', () => {
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } }
  const it = anInstance(stored(X86), 't4g.micro', { Condition: 'Never' })
  expect(evaluateTemplate(aTemplate({ It: it }, { Conditions })).findings).toEqual([])
})

test('AWS::NoValue says nothing', () =>
  expect(answerOf(anInstance(stored(X86), ref('AWS::NoValue'))).message).toContain(
    'Nothing in the file says its instance type',
  ))

describe('what only CloudFormation can expand is UNKNOWN', () => {
  test.each([
    ['a macro', aTemplate({}, { Transform: ['AWS::Serverless-2016-10-31', 'Mine'] }), 'Transform'],
    [
      'a macro in the resources',
      aTemplate({ 'Fn::Transform': { Name: 'Mine' }, A: { Type: 'AWS::S3::Bucket' } }),
      'Fn::Transform',
    ],
    [
      'a loop',
      aTemplate({
        'Fn::ForEach::All': ['X', ['1'], { 'W${X}': anInstance('a', 'b') }],
        A: { Type: 'AWS::S3::Bucket' },
      }),
      'Fn::ForEach::All',
    ],
    ['a module', aTemplate({ M: { Type: 'My::Web::Server::MODULE' } }), 'M'],
    [
      'a nested stack',
      aTemplate({ S: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://x' } } }),
      'S',
    ],
    ['a type that lint does not read', aTemplate({ E: { Type: 'AWS::EMR::Cluster' } }), 'E'],
    [
      'properties of a macro',
      aTemplate({ E: { Type: 'AWS::EC2::Instance', Properties: { 'Fn::Transform': {} } } }),
      'E',
    ],
  ])('%s', (_, template, address) =>
    expect(answersOf({ AWSTemplateFormatVersion: '2010-09-09', ...template })).toEqual({ [address]: UNKNOWN }),
  )

  test.each([
    ['SAM', aTemplate({ F: { Type: 'AWS::Serverless::Function' } }, { Transform: 'AWS::Serverless-2016-10-31' })],
    [
      'a nested stack of a file beside it',
      aTemplate({ S: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: './s.yaml' } } }),
    ],
    [
      'a loop that launches nothing',
      aTemplate({
        'Fn::ForEach::All': ['X', ['1'], { 'B${X}': { Type: 'AWS::S3::Bucket' } }],
        A: { Type: 'AWS::S3::Bucket' },
      }),
    ],
  ])('%s has nothing to expand', (_, template) => expect(answersOf(template)).toEqual({}))
})

test('nothing of a template is written but what is evaluated', () => {
  const secret = 'hunter2 of the user'
  const more = { UserData: secret, Tags: [{ Key: 'a', Value: secret }] }
  const it = { Type: 'AWS::EC2::Instance', Properties: { ImageId: secret, InstanceType: secret, ...more } }
  const unknown = anInstance(ref(secret), { 'Fn::FindInMap': [secret, secret, secret] })
  const { findings } = evaluateTemplate(aTemplate({ It: it, Unknown: unknown }))
  expect(findings.length).toBeGreaterThan(0)
  expect(JSON.stringify(findings)).not.toContain(secret)
})
