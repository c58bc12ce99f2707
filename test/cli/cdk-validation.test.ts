import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { App, CfnParameter, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type { Construct } from 'constructs'
import type { VirtguardValidationOptions } from '../../cli/cdk/published.d.cts'
import { VirtguardValidation } from '../../cli/cdk/validation.ts'
import { formatFactsLine } from '../../shared/images/facts-file.ts'
import { ARM, stored, X86 } from '../lint/templates.ts'

let folder: string
let said: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'virtguard-cdk-'))
  said = []
  jest.spyOn(console, 'error').mockImplementation(text => said.push(String(text)))
  jest.spyOn(process.stderr, 'write').mockImplementation(text => said.push(String(text)) > 0)
})

afterEach(() => {
  jest.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

type Violation = {
  readonly ruleName: string
  readonly severity: string
  readonly description: string
  readonly suggestedFix?: string
  readonly ruleMetadata: Readonly<Record<string, string>>
  readonly violatingConstructs: readonly { readonly constructPath: string; readonly cloudFormationResource?: object }[]
}

type Report = {
  readonly pluginName: string
  readonly conclusion: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly violations: readonly Violation[]
  readonly suppressedViolations?: readonly (Violation & { readonly reason: string; readonly acknowledgedAt: string })[]
}

const anInstance = (scope: Construct, id: string, imageId: string, instanceType: string): ec2.CfnInstance =>
  new ec2.CfnInstance(scope, id, { imageId, instanceType })

const env = { account: '123456789012', region: 'eu-west-1' }

/** Synthesizes an app as the tests of a user do, and reads the report that the CDK writes. */
const synthesize = (
  build: (app: App) => void,
  options?: VirtguardValidationOptions,
  context: Readonly<Record<string, unknown>> = {},
) => {
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    analyticsReporting: false,
    context: { '@aws-cdk/core:defaultCloudFormationValidation': false, ...context },
  })
  build(app)
  Validations.of(app).addPlugins(new VirtguardValidation(options))
  let error = ''
  try {
    app.synth()
  } catch (thrown) {
    error = String(thrown)
  }
  const { pluginReports }: { readonly pluginReports: readonly Report[] } = JSON.parse(
    readFileSync(join(folder, 'cdk.out', 'validation-report.json'), 'utf8'),
  )
  const report = pluginReports.find(({ pluginName }) => pluginName === 'virtguard')
  const paths = (report?.violations ?? []).map(({ ruleName, severity, violatingConstructs: [construct] }) =>
    [severity, ruleName, construct?.constructPath].join(' '),
  )
  return { error, report, paths, said: said.join('\n') }
}

const withOne = (image: string, type: string) => (app: App) => {
  anInstance(new Stack(app, 'S', { env }), 'Web', image, type)
}

const MISFIT = 'error incompatible-launch S/Web'

describe('the validation of the CDK', () => {
  test('names the construct of an image and a type that do not fit, and ends the synthesis', () => {
    const { error, report, paths } = synthesize(withOne(stored(X86), 't4g.micro'))
    expect(paths).toEqual([MISFIT])
    expect(report).toMatchObject({ conclusion: 'failure' })
    expect(report?.violations[0]).toMatchObject({
      ruleMetadata: { status: 'FAILED', reasons: 'ARCH_UNSUPPORTED' },
      violatingConstructs: [{ cloudFormationResource: { logicalId: 'Web', templatePath: 'S.template.json' } }],
    })
    expect(error).toContain('S/Web')
    expect(error).toContain('t4g.micro')
    expect(error).toContain("Acknowledge with 'virtguard::incompatible-launch'")
  })

  test('sees it in the constructs of the library, which the CDK itself passes', () => {
    const { paths } = synthesize(app => {
      const stack = new Stack(app, 'S', { env })
      new ec2.LaunchTemplate(stack, 'Template', {
        instanceType: new ec2.InstanceType('t4g.micro'),
        machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      })
    })
    expect(paths).toEqual(['error incompatible-launch S/Template/Resource'])
  })

  test('lets pass what fits', () => {
    const { error, report } = synthesize(withOne(stored(ARM), 't4g.micro'))
    expect({ error, report }).toEqual({ error: '', report: undefined })
  })

  test('finds the constructs of stages and of nested stacks', () => {
    const { paths } = synthesize(app => {
      const nested = new NestedStack(new Stack(app, 'S', { env }), 'Nest')
      anInstance(nested, 'Web', stored(X86), 't4g.micro')
      anInstance(new Stack(new Stage(app, 'Prod', { env }), 'T'), 'Web', stored(ARM), 't3.micro')
    })
    expect(paths.toSorted()).toEqual(['error incompatible-launch Prod/T/Web', 'error incompatible-launch S/Nest/Web'])
  })

  test('honours an acknowledgement below its construct only', () => {
    const { error, paths, report } = synthesize(app => {
      const stack = new Stack(app, 'S', { env })
      const old = anInstance(stack, 'Old', stored(X86), 't4g.micro')
      anInstance(stack, 'Web', stored(X86), 't4g.micro')
      Validations.of(old).acknowledge({ id: 'virtguard::incompatible-launch', reason: 'never deployed' })
    })
    expect(paths).toEqual([MISFIT])
    expect(error).not.toBe('')
    expect(report).toMatchObject({
      conclusion: 'failure',
      suppressedViolations: [{ reason: 'never deployed', acknowledgedAt: 'S/Old' }],
    })
  })

  test('ends no synthesis for what is acknowledged', () => {
    const { error, paths } = synthesize(app => {
      withOne(stored(X86), 't4g.micro')(app)
      Validations.of(app).acknowledge({ id: 'virtguard::incompatible-launch', reason: 'never deployed' })
    })
    expect({ error, paths }).toEqual({ error: '', paths: [] })
  })

  const OPEN = 'ami-0123456789abcdef0'

  test.each([
    ['warn', 'warning incompatible-launch S/Web', 'success'],
    ['fail', MISFIT, 'failure'],
  ] as const)('UNKNOWN with %s is there, and no pass', (unknown, path, conclusion) => {
    const { report, paths } = synthesize(withOne(OPEN, 't3.micro'), { unknown })
    expect(paths).toContain(path)
    expect(report?.conclusion).toBe(conclusion)
    expect(report?.violations[0]?.description).toMatch(/^UNKNOWN: /)
  })

  test('UNKNOWN is only counted with ignore', () => {
    const build = (app: App) => {
      const stack = new Stack(app, 'S', { env })
      anInstance(stack, 'Web', stored(X86), 't4g.micro')
      anInstance(stack, 'Open', OPEN, 't3.micro')
    }
    const { paths, report } = synthesize(build, { unknown: 'ignore' })
    expect(paths).toEqual([MISFIT])
    expect(Number(report?.metadata?.['unknown'])).toBeGreaterThan(0)
  })

  test('knows images of a file of facts', () => {
    const facts = file(
      'facts.ndjson',
      formatFactsLine(
        {
          ...{ imageId: OPEN, virtualizationType: 'hvm', architecture: 'arm64', rootDeviceType: 'ebs' },
          ...{ enaSupport: true, bootMode: 'uefi', instanceTypeSpecification: 'unset' },
        },
        { accountId: '123456789012', region: 'eu-west-1' },
        new Date('2026-11-24T08:00:00Z'),
      ),
    )
    expect(synthesize(withOne(OPEN, 't3.micro'), { facts }).paths).toEqual([MISFIT])
  })

  test('says that facts are of another Region than that of the stack', () => {
    const image = { imageId: OPEN, virtualizationType: 'hvm' } as const
    const place = { accountId: '123456789012', region: 'us-east-1' }
    const facts = file('facts.ndjson', formatFactsLine(image, place, new Date('2026-11-24T08:00:00Z')))
    expect(synthesize(withOne(OPEN, 't3.micro'), { facts }).said).toContain(
      `${OPEN}: its facts are of us-east-1, and Web is in eu-west-1, which has no image of this id`,
    )
  })

  test('knows images that the CDK looked up', () => {
    const key = 'ami:account=123456789012:filters.architecture.0=arm64:filters.image-type.0=machine:region=eu-west-1'
    const { paths } = synthesize(withOne(OPEN, 't3.micro'), {}, { [key]: OPEN })
    expect(paths).toContain(MISFIT)
  })

  test('evaluates by the policy, its exemptions, and the severity that was asked for', () => {
    const policy = file(
      'policy.yaml',
      `version: 1
rules:
  instance-family: { mode: observe, severity: LOW, deny: ["t3.*"] }
exemptions:
  - { rule: incompatible-launch, match: { address: "S/Old" }, reason: goes in May, owner: user@example.com, expires: 2099-05-31 }
`,
    )
    const { error, paths, report } = synthesize(
      app => {
        const stack = new Stack(app, 'S', { env })
        anInstance(stack, 'Old', stored(X86), 't4g.micro')
        anInstance(stack, 'Web', stored(X86), 't3.micro')
      },
      { policy, failOn: 'MEDIUM' },
    )
    expect(paths).toEqual(['warning instance-family S/Web'])
    expect({ error, metadata: report?.metadata }).toEqual({ error: '', metadata: { unknown: '0', exempt: '1' } })
  })

  test('says in a line what an exemption in the metadata lacks', () => {
    const { said } = synthesize(app => {
      const stack = new Stack(app, 'S', { env })
      anInstance(stack, 'Web', stored(X86), 't4g.micro').addMetadata('virtguard', { exempt: [{ rule: 'x' }] })
    })
    expect(said).toMatch(/^virtguard: .*S\.template\.json: Web has an exemption that counts as none/m)
  })

  test('parameters are evaluated by each of their values, as lint does', () => {
    const { report } = synthesize(app => {
      const stack = new Stack(app, 'S', { env })
      const type = new CfnParameter(stack, 'Type', { default: 't4g.micro', allowedValues: ['t4g.micro', 't3.micro'] })
      anInstance(stack, 'Web', stored(X86), type.valueAsString)
    })
    expect(report?.violations.map(({ ruleMetadata }) => ruleMetadata['reasons'])).toEqual(['ARCH_UNSUPPORTED'])
  })
})

describe('a mistake in what the validation reads is one line', () => {
  const failing = (options: VirtguardValidationOptions) => {
    const { error, report } = synthesize(app => {
      withOne(stored(ARM), 't4g.micro')(app)
      Validations.of(app).acknowledge({ id: 'virtguard::mistake', reason: 'nobody can accept it' })
    }, options)
    // The command of the CDK passes a plugin that fails without a violation.
    expect(report).toMatchObject({ conclusion: 'failure', violations: [{ severity: 'fatal', ruleName: 'mistake' }] })
    const message = report?.violations[0]?.description ?? ''
    expect(error).toContain(message)
    expect(message).not.toMatch(/\n|\bat \S+:\d+/)
    return message.replaceAll(folder, '')
  }

  test('a policy that is broken', () => {
    expect(failing({ policy: file('policy.yaml', 'version: 1\nruels: {}\nfoo: 1\n') })).toMatch(
      /^\/policy\.yaml:2:1 ruels: .* \(and 1 more: virtguard policy validate lists them\)$/,
    )
  })

  test('a policy that is not there', () => {
    expect(failing({ policy: join(folder, 'none.yaml') })).toBe(
      '/none.yaml: there is no such file or folder; check the path',
    )
  })

  test('facts that are broken', () => {
    expect(failing({ facts: [file('facts.ndjson', '{}\n')] })).toMatch(
      /\/facts\.ndjson: line 1: .*; write the file again/,
    )
  })

  test('an error of virtguard itself', () => {
    const { violations, success } = new VirtguardValidation().validate(Object({ templatePaths: [1] }))
    expect({ success, count: violations.length }).toEqual({ success: false, count: 1 })
    expect(violations[0]?.description).toMatch(/^an error of virtguard itself, please report it: .+/)
  })

  test.each([
    [{ polcy: 'x' }, 'there is no option polcy'],
    [{ unknown: 'never' }, 'the option unknown has a value that it does not take'],
  ])('an option of JavaScript that is none: %j', (options, text) => {
    expect(failing(Object(options))).toContain(`${text}; the options are policy, facts`)
  })
})
