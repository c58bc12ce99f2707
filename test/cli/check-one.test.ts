import { describe, expect, test } from '@jest/globals'
import { measureWidth } from '../../cli/output/width.ts'
import { virtguard } from './run-cli.ts'

const PV = ['--virtualization-type', 'paravirtual', '--architecture', 'x86_64', '--root-device-type', 'ebs']
const HVM = [
  '--virtualization-type',
  'hvm',
  '--architecture',
  'x86_64',
  '--root-device-type',
  'ebs',
  '--boot-mode',
  'none',
]
const check = (...args: string[]) => virtguard(['check', ...args], { isTTY: true })

describe('check with one question on the command line', () => {
  test('answers no with each reason and the facts of both sides, what to change, and what fits with its size', async () => {
    const { code, out } = await check(
      '--instance-type',
      'm5.large',
      ...PV,
      '--ena-support',
      'false',
      '--boot-mode',
      'none',
    )
    expect(code).toBe(1)
    expect(out).toContain('No: the image does not fit m5.large.')
    expect(out).toContain('The image is paravirtual (PV); the type runs hvm.')
    expect(out).toContain('The type requires ENA (enhanced networking); the image has it off.')
    expect(out).toContain('What to change')
    expect(out).toMatch(/m3\.xlarge +4 vCPU +15 GiB/)
    for (const line of out.split('\n')) expect(measureWidth(line)).toBeLessThanOrEqual(80)
  })

  test('answers yes', async () => {
    const { code, out } = await check('--instance-type', 'm5.large', ...HVM, '--ena-support', 'true')
    expect(code).toBe(0)
    expect(out).toContain('Yes: the image fits m5.large.')
  })

  test('says what is missing, and how to give it, if it cannot decide', async () => {
    const { code, out } = await check('--instance-type', 'm5.large', ...HVM)
    expect(code).toBe(1)
    expect(out).toContain('Cannot say whether the image fits m5.large.')
    expect(out).toContain('whether the image has ENA on (--ena-support)')
  })

  const ENA = [...HVM, '--ena-support', 'true']

  test('yes, with what nobody can see from outside: the drivers, and what was taken for no', async () => {
    const { out } = await check('--instance-type', 'm5.large', ...ENA)
    const words = out.replace(/\s+/g, ' ')
    expect(words).toContain('the system needs the nvme driver')
    expect(words).toContain('the system needs the ena driver')
    expect(words).toContain(
      'Not known, and assumed to be no: whether the owner of the image limits the types or it is not available.',
    )
    expect((await check('--instance-type', 't2.micro', ...ENA)).out).not.toContain('ena driver')
  })

  test('no: the owner of the image does not allow the type', async () => {
    const limit = ['--supported-types', 'm7i.*,t3.*', '--unsupported-types', 't3.micro']
    const { code, out } = await check('--instance-type', 't3.micro', ...ENA, ...limit)
    expect(code).toBe(1)
    const words = out.replace(/\s+/g, ' ')
    expect(words).toContain('does not allow this type. It allows m7i.*, t3.*, but not t3.micro.')
    expect(words).toContain('aws ec2 replace-image-instance-type-specification')
    expect(out).toMatch(/Types that fit, nearest first\n {2}t3\.small/)
    expect(out).not.toMatch(/^ {2}(m8i|t3a)/m)
  })

  test('no: NitroTPM', async () => {
    const tpm = [...ENA.slice(0, 6), '--boot-mode', 'uefi', '--ena-support', 'true', '--tpm-support', 'v2.0']
    const { out } = await check('--instance-type', 't2.small', ...tpm)
    expect(out.replace(/\s+/g, ' ')).toContain('configured for NitroTPM v2.0; the type has no NitroTPM.')
  })

  test.each([
    ['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64', 'arm64'],
    [
      'resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
      'arm64, hvm, ebs',
    ],
    ['resolve:ssm:/aws/service/bottlerocket/aws-k8s-1.34/arm64/latest/image_id:7', 'arm64'],
  ])('by the name of a public parameter, without AWS: %s', async (name, said) => {
    const { code, out } = await check('--instance-type', 't3.micro', '--image-id', name)
    expect(code).toBe(1)
    const words = out.replace(/\s+/g, ' ')
    expect(words).toContain('No: the image does not fit t3.micro.')
    expect(words).toContain(said)
    expect(words).toContain('With --region the image itself is read.')
  })

  test('what the name does not say is not known', async () => {
    const name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
    const { code, out } = await check('--instance-type', 't3.micro', '--image-id', name)
    expect(code).toBe(1)
    expect(out).toContain('Cannot say whether the image fits t3.micro.')
  })

  test('proposes types on Arm though ENA is not known: without it none fits', async () => {
    const { out } = await check(
      '--instance-type',
      't3.micro',
      '--architecture',
      'arm64',
      '--virtualization-type',
      'hvm',
    )
    expect(out).toContain('Types that fit, nearest first')
    expect(out).toMatch(/\(for an image with: .*ENA on.*\)\n {2}t4g\.micro/)
  })

  test('proposes the type that is probably meant if a type is unknown', async () => {
    const { code, out } = await check('--instance-type', 'm5.lrge', ...HVM, '--ena-support', 'true')
    expect(code).toBe(1)
    expect(out.replace(/\s+/g, ' ')).toContain('did you mean m5.large?')
  })

  test('answers as data', async () => {
    const args = ['--instance-type', 'm5.large', ...PV, '--ena-support', 'true', '--boot-mode', 'none', '--format']
    const expected = {
      instanceType: 'm5.large',
      compatible: false,
      reasons: ['VIRT_TYPE_UNSUPPORTED', 'NVME_DRIVER_ADVISORY'],
    }
    expect(JSON.parse((await check(...args, 'json')).out)).toEqual(expected)
    expect((await check(...args, 'ndjson')).out).toBe(`${JSON.stringify(expected)}\n`)
  })

  test.each([
    [[], 'nothing to check; '],
    [PV, '--instance-type is missing'],
    [['--image-id', 'ami-0abcdef1234567890'], '--instance-type is missing'],
    [['--instance-type', 'm5.large', '--image-id', 'ami-0abcdef1234567890', ...PV], '--image-id reads the facts'],
    [['--instance-type', 'm5.large', '--region', 'eu-west-1'], '--region and --profile are for'],
    [['--instance-type', '', ...PV], 'Write the name of a type'],
    [['--instance-type', 'm5.large', '--image-id', 'ami-xyz'], 'Write it like ami-0abcdef1234567890'],
    [
      ['--instance-type', 'm5.large', '--image-id', 'resolve:ssm:/golden/x86_64'],
      'aws ssm get-parameter --name /golden',
    ],
    [
      ['--instance-type', 'm5.large', '--image-id', 'resolve:ssm:arn:aws:ssm:us-east-1:123456789012:parameter/golden'],
      'aws ssm get-parameter --name arn:aws:ssm:us-east-1:123456789012:parameter/golden',
    ],
    [
      ['--instance-type', 'm5.large', '--image-id', 'resolve:ssm:/golden/x86_64:7', '--region', 'eu-west-1'],
      'aws ssm get-parameter --name /golden/x86_64:7 --region eu-west-1 --query Parameter.Value --output text',
    ],
    [['--instance-type', 'm5.large', '--image-id', 'resolve:ssm:/a b'], 'Write it like ami-0abcdef1234567890'],
    [['--instance-type', 'm5.large', '--supported-types', 'm7i.*,'], 'Write types or patterns with commas'],
    [['--instance-type', 'm5.large', '--region', 'eu-west1'], 'Write it like us-east-1'],
    [['--instance-type', 'm5.large', '--ena-support', 'maybe'], 'Allowed choices are true, false'],
    [['questions.ndjson'], 'Questions are read from standard input'],
    [['-', '--instance-type', 'm5.large'], 'not from both'],
  ])('refuses %j in one line', async (args, why) => {
    const { code, out, errLines } = await check(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })
})
