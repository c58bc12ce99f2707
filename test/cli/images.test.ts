import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { pageXml } from '../support/described.ts'
import { type Call, type Endpoint, refusal, type Said, startEndpoint } from '../support/ec2-endpoint.ts'
import { setAwsEnvironment } from './aws-environment.ts'
import { inFolder, virtguard } from './run-cli.ts'

setAwsEnvironment({ AWS_REGION: 'eu-west-1', AWS_MAX_ATTEMPTS: '1' })

let endpoint: Endpoint | undefined

afterEach(async () => {
  await endpoint?.close()
  endpoint = undefined
})

const OWN = 'ami-0aaaaaaaaaaaaaaaa'
const USED = 'ami-0bbbbbbbbbbbbbbbb'
const PARAMETER = '/aws/service/debian/release/12/latest/amd64'

const GOLDEN = 'arn:aws:ssm:eu-west-1:123456789012:parameter/golden/arn'
const STRANGER = '210987654321'

const imageXml = (id: string, architecture = 'x86_64'): string =>
  `<item><imageId>${id}</imageId><imageState>available</imageState><architecture>${architecture}</architecture><virtualizationType>hvm</virtualizationType><rootDeviceType>ebs</rootDeviceType><enaSupport>true</enaSupport></item>`

const imagesXml = (...items: readonly string[]): Said => ({
  body: `<DescribeImagesResponse><imagesSet>${items.join('')}</imagesSet></DescribeImagesResponse>`,
})

const TYPE = `<item><instanceType>x9z.large</instanceType><hypervisor>nitro</hypervisor><bareMetal>false</bareMetal><instanceStorageSupported>false</instanceStorageSupported><supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes><supportedRootDeviceTypes><item>ebs</item></supportedRootDeviceTypes><supportedBootModes><item>uefi</item></supportedBootModes><processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo><networkInfo><enaSupport>required</enaSupport></networkInfo><ebsInfo><nvmeSupport>required</nvmeSupport></ebsInfo></item>`

const STS = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** An account with an own image, and an instance of another. What is not expected is refused. */
const answer = ({ action, form, body }: Call): Said => {
  const asked = [...form.entries()].filter(([key]) => /^Filter\.1\.Value/.test(key)).map(([, value]) => value)
  switch (action) {
    case 'GetCallerIdentity':
      return {
        body: `<GetCallerIdentityResponse xmlns="${STS}"><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      }
    case 'DescribeImages':
      if (form.get('Owner.1') === 'self') return imagesXml(imageXml(OWN))
      if (asked.includes(PARAMETER)) return imagesXml(imageXml('ami-0cccccccccccccccc', 'arm64'))
      return imagesXml(...[OWN, USED].filter(id => asked.includes(id)).map(id => imageXml(id)))
    case 'DescribeInstances':
      return { body: pageXml([[{ instanceId: 'i-01', imageId: USED }]]) }
    case 'DescribeInstanceTypes':
      return {
        body: `<DescribeInstanceTypesResponse><instanceTypeSet>${TYPE}</instanceTypeSet></DescribeInstanceTypesResponse>`,
      }
    case 'DescribeLaunchTemplateVersions':
      return {
        body: '<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet/></DescribeLaunchTemplateVersionsResponse>',
      }
    case 'DescribeAutoScalingGroups':
    case 'DescribeLaunchConfigurations':
      return { body: `<${action}Response><${action}Result/></${action}Response>` }
    case 'GetParameters': {
      // Systems Manager speaks JSON.
      const { Names } = JSON.parse(body)
      if (Names.some((name: string) => name.includes(`:${STRANGER}:`)))
        return { status: 400, body: '{"__type":"com.amazonaws.ssm#AccessDeniedException","Message":"not authorized"}' }
      const known = [
        { asked: '/golden/image:2', Name: '/golden/image', Selector: ':2' },
        { asked: GOLDEN, Name: '/golden/arn', ARN: GOLDEN },
        { asked: `${GOLDEN}:3`, Name: '/golden/arn', ARN: GOLDEN, Selector: ':3' },
      ].flatMap(({ asked: name, ...one }) => (Names.includes(name) ? [{ ...one, Type: 'String', Value: OWN }] : []))
      return { body: JSON.stringify({ Parameters: known, InvalidParameters: [] }) }
    }
    default:
      return refusal('InvalidAction', `a call that the test does not expect: ${action}`)
  }
}

const start = async (respond: (call: Call) => Said = answer): Promise<Endpoint> => {
  endpoint = await startEndpoint(respond)
  process.env['AWS_ENDPOINT_URL'] = endpoint.url
  return endpoint
}

const READING = /^(Describe|GetCallerIdentity)/

const template = (ImageId: string, InstanceType: string): string =>
  JSON.stringify({ Resources: { Web: { Type: 'AWS::EC2::Instance', Properties: { ImageId, InstanceType } } } })

const FACTS = JSON.stringify({
  schemaVersion: '1',
  readAt: '2026-11-24T12:00:00.000Z',
  accountId: '123456789012',
  region: 'eu-west-1',
  image: {
    imageId: OWN,
    virtualizationType: 'hvm',
    enaSupport: true,
    architecture: 'x86_64',
    bootMode: 'unset',
    rootDeviceType: 'ebs',
    tpmSupport: 'unset',
    instanceTypeSpecification: 'unset',
    imageState: 'available',
  },
})

describe('images', () => {
  test('writes the facts of what the account owns and uses, and only reads', () =>
    inFolder({}, async folder => {
      const { calls } = await start()
      const file = join(folder, 'facts.ndjson')
      const { code, out, errLines } = await virtguard(['images', '--output', file])
      expect({ code, out }).toEqual({ code: 0, out: '' })
      expect(errLines).toEqual(['virtguard: facts of 2 images in 1 region'])
      const [first = '', second = ''] = readFileSync(file, 'utf8').split('\n')
      expect(JSON.parse(first)).toEqual(JSON.parse(FACTS))
      expect(JSON.parse(second)).toMatchObject({ image: { imageId: USED, architecture: 'x86_64' } })
      for (const { action } of calls) expect(action).toMatch(READING)
    }))

  test('names a region that it may not read, and exits with 2', async () => {
    await start(call =>
      call.action === 'DescribeImages' ? refusal('UnauthorizedOperation', 'not authorized', 403) : answer(call),
    )
    const { code, errLines } = await virtguard(['images'])
    expect(code).toBe(2)
    expect(errLines[0]).toBe('virtguard: facts of 0 images in 1 region')
    expect(errLines[1]).toMatch(/^virtguard: not covered: 123456789012\/eu-west-1: .*ec2:DescribeImages/)
  })

  test('are not written to a terminal', async () => {
    const { code, errLines } = await virtguard(['images'], { out: { isTerminal: true } })
    expect({ code, errLines }).toEqual({
      code: 2,
      errLines: ['virtguard: the facts are for a file: name it with --output FACTS'],
    })
  })

  test('are written by a scan, too', () =>
    inFolder({}, async folder => {
      await start()
      const file = join(folder, 'facts.ndjson')
      expect((await virtguard(['scan', '--facts', file])).code).toBe(0)
      const written = readFileSync(file, 'utf8').trimEnd().split('\n')
      expect(written.map(line => JSON.parse(line).image.imageId)).toEqual([OWN, USED])
    }))
})

describe('lint with facts', () => {
  test('knows the images of the file, and says how old they are', () =>
    inFolder({ 'web.json': template(OWN, 't4g.micro'), 'facts.ndjson': `${FACTS}\n` }, async folder => {
      const file = join(folder, 'facts.ndjson')
      const { code, out, errLines } = await virtguard(['lint', join(folder, 'web.json'), '--facts', file])
      expect(code).toBe(1)
      expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({
        status: 'FAILED',
        reasons: ['ARCH_UNSUPPORTED'],
        factSources: { architecture: 'cache' },
      })
      expect(errLines[0]).toBe(`virtguard: ${file}: facts of 1 image, the oldest of 2026-11-24`)
    }))

  test.each([
    ['{', 'line 1: no JSON'],
    [`${FACTS}\n{"schemaVersion":"1"}`, 'line 2: readAt has no facts of an image'],
    [FACTS.replace('"hvm"', '"xen"'), 'line 1: image.virtualizationType has no facts'],
  ])('refuses a file that is none in one line: %#', (text, why) =>
    inFolder({ 'web.json': template(OWN, 't3.micro'), 'facts.ndjson': text }, async folder => {
      const asked = ['lint', join(folder, 'web.json'), '--facts', join(folder, 'facts.ndjson')]
      const { code, out, errLines } = await virtguard(asked)
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(errLines).toEqual([expect.stringContaining(why)])
      expect(errLines[0]).toContain('virtguard images --output FACTS')
    }),
  )

  test('says that the facts are of another Region than that of the stack', () =>
    inFolder(
      {
        'manifest.json': JSON.stringify({
          version: '39.0.0',
          artifacts: {
            App: {
              type: 'aws:cloudformation:stack',
              environment: 'aws://123456789012/us-east-1',
              properties: { templateFile: 'App.template.json' },
            },
          },
        }),
        'App.template.json': template(OWN, 't3.micro'),
        'facts.ndjson': `${FACTS}\n`,
      },
      async folder => {
        const asked = ['lint', join(folder, 'App.template.json'), '--facts', join(folder, 'facts.ndjson')]
        const { code, errLines } = await virtguard(asked)
        expect(code).toBe(0)
        expect(errLines).toContain(
          `virtguard: ${OWN}: its facts are of eu-west-1, and Web is in us-east-1, which has no image of this id; copy it there, or name another`,
        )
      },
    ))

  test('of an image in several lines counts the newest', () => {
    const older = FACTS.replace('2026-11-24', '2026-01-24').replace('x86_64', 'arm64')
    return inFolder(
      { 'web.json': template(OWN, 't4g.micro'), 'facts.ndjson': `${FACTS}\n${older}\n` },
      async folder => {
        const asked = ['lint', join(folder, 'web.json'), '--facts', join(folder, 'facts.ndjson')]
        expect((await virtguard(asked)).code).toBe(1)
      },
    )
  })
})

describe('lint with a region', () => {
  test('reads what the files leave open, each image once, and nothing else', () =>
    inFolder(
      {
        'a.json': template(OWN, 't4g.micro'),
        'b.json': template(OWN, 'x9z.large'),
        'c.json': template(`{{resolve:ssm:${PARAMETER}}}`, 't3.micro'),
      },
      async folder => {
        const { calls } = await start()
        const { code, out, errLines } = await virtguard(['lint', folder, '--region', 'eu-west-1'])
        expect(code).toBe(1)
        const findings = out
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line))
        expect(findings.map(({ place, status, reasons }) => [place.file.slice(-6), status, ...reasons])).toEqual([
          ['a.json', 'FAILED', 'ARCH_UNSUPPORTED'],
          ['c.json', 'FAILED', 'ARCH_UNSUPPORTED'],
        ])
        expect(findings[0].factSources).toMatchObject({ architecture: 'live' })
        expect(calls.map(({ action }) => action)).toEqual(['DescribeImages', 'DescribeInstanceTypes', 'DescribeImages'])
        expect(errLines.filter(line => line.includes('knows no such image'))).toEqual([])
      },
    ))

  test('reads parameters of your own, and the images that they name', () =>
    inFolder(
      {
        'a.json': template('{{resolve:ssm:/golden/image:2}}', 't4g.micro'),
        'b.json': template('{{resolve:ssm:/golden/other}}', 't3.micro'),
      },
      async folder => {
        const { calls } = await start()
        const { code, out, errLines } = await virtguard(['lint', folder, '--region', 'eu-west-1'])
        expect(code).toBe(1)
        expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({
          status: 'FAILED',
          reasons: ['ARCH_UNSUPPORTED'],
          factSources: { architecture: 'live' },
        })
        expect(errLines).toContain(
          'virtguard: resolve:ssm:/golden/other: EC2 knows no such image in eu-west-1 that you may see',
        )
        expect(calls.map(({ action }) => action)).toEqual(['GetParameters', 'DescribeImages', 'GetParameters'])
      },
    ))

  test('reads parameters by their ARNs, with a version and without', () =>
    inFolder(
      {
        'a.json': template(`{{resolve:ssm:${GOLDEN}}}`, 't4g.micro'),
        'b.json': template(`resolve:ssm:${GOLDEN}:3`, 't4g.micro'),
      },
      async folder => {
        await start()
        const { code, out, errLines } = await virtguard(['lint', folder, '--region', 'eu-west-1'])
        expect(code).toBe(1)
        const findings = out
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line))
        expect(findings.map(({ status, factSources }) => [status, factSources.architecture])).toEqual([
          ['FAILED', 'live'],
          ['FAILED', 'live'],
        ])
        expect(errLines.filter(line => line.includes('resolve:ssm'))).toEqual([])
      },
    ))

  test('says of a parameter of another Region what reads it, and does not ask for it here', () => {
    const there = `resolve:ssm:${GOLDEN.replace('eu-west-1', 'us-east-1')}`
    return inFolder({ 'a.json': template(`{{${there}}}`, 't3.micro') }, async folder => {
      const { calls } = await start()
      const { code, out, errLines } = await virtguard(['lint', folder, '--region', 'eu-west-1'])
      expect(code).toBe(0)
      expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ status: 'UNKNOWN' })
      expect(errLines).toContain(`virtguard: ${there}: a parameter of us-east-1; --region us-east-1 reads it`)
      expect(calls).toEqual([])
    })
  })

  test('reads the rest if another account does not share its parameter, and exits with 2', () =>
    inFolder(
      {
        'a.json': template(`{{resolve:ssm:${GOLDEN.replace('123456789012', STRANGER)}}}`, 't3.micro'),
        'b.json': template('{{resolve:ssm:/golden/image:2}}', 't4g.micro'),
      },
      async folder => {
        await start()
        const { code, out, errLines } = await virtguard(['lint', folder, '--region', 'eu-west-1'])
        expect(code).toBe(2)
        expect(out).toContain('"factSources":{"virtualizationType":"live"')
        expect(errLines).toContain(
          `virtguard: parameters of account ${STRANGER}: ssm:GetParameters: the credentials do not allow it; allow the call, and let that account share them`,
        )
      },
    ))

  test('says that it may not read parameters, once, and evaluates the rest', () =>
    inFolder(
      {
        'a.json': template('{{resolve:ssm:/golden/a}}', 't3.micro'),
        'b.json': template('{{resolve:ssm:/golden/b}}', 't3.micro'),
      },
      async folder => {
        const { calls } = await start(() => ({
          status: 400,
          body: '{"__type":"com.amazonaws.ssm#AccessDeniedException","Message":"not authorized"}',
        }))
        const { code, errLines } = await virtguard(['lint', folder, '--region', 'eu-west-1'])
        expect(code).toBe(2)
        expect(errLines.filter(line => line.includes('ssm:GetParameters'))).toEqual([
          'virtguard: ssm:GetParameters: the credentials do not allow it; allow the call; what is left is evaluated without AWS',
        ])
        expect(calls).toHaveLength(1)
      },
    ))

  test('says of an image that EC2 does not know there', () =>
    inFolder({ 'a.json': template('ami-0fffffffffffffffff', 't3.micro') }, async folder => {
      await start()
      const { code, errLines } = await virtguard(['lint', join(folder, 'a.json'), '--region', 'eu-west-1'])
      expect(code).toBe(0)
      expect(errLines).toContain(
        'virtguard: ami-0fffffffffffffffff: EC2 knows no such image in eu-west-1 that you may see',
      )
    }))

  test('evaluates the rest if AWS refuses, says why once, and exits with 2', () =>
    inFolder({ 'a.json': template(OWN, 't3.micro'), 'b.json': template(USED, 't3.micro') }, async folder => {
      await start(() => refusal('UnauthorizedOperation', 'not authorized', 403))
      const { code, out, errLines } = await virtguard(['lint', folder, '--region', 'eu-west-1'])
      expect(code).toBe(2)
      expect(
        out
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line).status),
      ).toContain('UNKNOWN')
      expect(errLines.filter(line => line.includes('ec2:DescribeImages'))).toEqual([
        'virtguard: ec2:DescribeImages: the credentials do not allow it; allow the call; what is left is evaluated without AWS',
      ])
    }))

  test('is needed for a profile', async () => {
    const { code, errLines } = await virtguard(['lint', 'x', '--profile', 'p'])
    expect({ code, errLines }).toEqual({ code: 2, errLines: [expect.stringContaining('--profile is for --region')] })
  })
})
