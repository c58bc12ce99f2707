import { AutoScalingClient, DescribeLaunchConfigurationsCommand } from '@aws-sdk/client-auto-scaling'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { createEc2Reader } from '../../functions/evaluate/ec2-reader.ts'
import { processEvent } from '../../functions/evaluate/process-event.ts'
import { describeConfigurations } from '../../shared/aws/launch-configurations.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { anImage } from '../support/findings.ts'
import { silentEc2, somePorts } from '../support/ports.ts'
import type { Json } from '../support/record-shape.ts'
import { aGroupGiven, aLaunchConfiguration } from '../support/templates.ts'

const autoScaling = mockClient(AutoScalingClient)
const client = new AutoScalingClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })

const X86 = 'ami-0aaaaaaaaaaaaaaaa'
const ARM = 'ami-0eeeeeeeeeeeeeeee'
const OLD = { LaunchConfigurationName: 'old', ImageId: ARM, InstanceType: 'm5.large' }

const answer = (...found: readonly (typeof OLD)[]) =>
  autoScaling.on(DescribeLaunchConfigurationsCommand).callsFake(({ LaunchConfigurationNames: names }) => ({
    LaunchConfigurations: found.filter(({ LaunchConfigurationName: name }) => names.includes(name)),
  }))

const named = (name: string) => Object.assign(new Error('refused'), { name })

beforeEach(() => {
  autoScaling.reset()
  autoScaling.onAnyCommand().rejects(new Error('a call that the test does not expect'))
  answer(OLD)
})

describe('what launch configurations say', () => {
  test('is image and type; one that is gone is left out', async () => {
    expect(await describeConfigurations(client, [{ configuration: 'old' }, { configuration: 'gone' }])).toEqual([
      { ref: { configuration: 'old' }, imageId: ARM, instanceType: 'm5.large' },
    ])
  })

  test('is asked for by 50 names a call, and each answer may be as long', async () => {
    const refs = Array.from({ length: 51 }, (_, index) => ({ configuration: `web-${index}` }))
    await describeConfigurations(client, refs)
    const calls = autoScaling.commandCalls(DescribeLaunchConfigurationsCommand).map(({ args }) => args[0].input)
    expect(calls.map(({ LaunchConfigurationNames: names = [] }) => names.length)).toEqual([50, 1])
    for (const { MaxRecords = 50 } of calls) expect(MaxRecords).toBeGreaterThanOrEqual(50)
  })
})

const policy = parsePolicy('version: 1\nrules: { incompatible-template: { mode: observe } }', 'policy.yaml')

// The reader of the function, so that its errors are those of the client.
const { templates } = createEc2Reader()

const evaluateEvent = async (json: Json): Promise<readonly string[]> => {
  const { ports, published } = somePorts({
    policy,
    ec2: () => ({
      ...silentEc2,
      images: async ids => ({
        ok: true,
        facts: [anImage({ imageId: X86 }), anImage({ imageId: ARM, architecture: 'arm64' })].filter(
          ({ imageId = '' }) => ids.includes(imageId),
        ),
      }),
      templates,
    }),
  })
  await processEvent(readEvent(json), { messageId: 'm-1', count: 1, claimant: 'c-1' }, ports)
  return published.flatMap(({ Message }) =>
    JSON.parse(JSON.parse(Message).default).findings.map(
      ({ status, reasons, message }: { status: string; reasons: readonly string[]; message: string }) =>
        `${status} ${reasons.join()}: ${message}`,
    ),
  )
}

const OF_GROUP = { launchConfigurationName: 'old' }
// It takes its type, and in the second case its image as well, from an instance.
const OF_INSTANCE = { launchConfigurationName: 'old', instanceId: 'i-01', imageId: ARM, instanceType: undefined }

describe('a group that has a launch configuration', () => {
  test.each(['CreateAutoScalingGroup', 'UpdateAutoScalingGroup'])('is evaluated by what that says: %s', async name => {
    const [found] = await evaluateEvent(aGroupGiven(OF_GROUP, name))
    expect(found).toMatch(
      /^FAILED ARCH_UNSUPPORTED: Auto Scaling group web asks for ami-0e{16} on m5\.large, which EC2 would refuse: /,
    )
  })

  test('is not alerted if that fits', async () => {
    answer({ ...OLD, ImageId: X86 })
    expect(await evaluateEvent(aGroupGiven(OF_GROUP))).toEqual([])
  })

  test.each<[string, () => unknown]>([
    ['is gone', () => answer()],
    ['may not be read', () => autoScaling.on(DescribeLaunchConfigurationsCommand).rejects(named('AccessDenied'))],
  ])('is UNKNOWN if that %s', async (_, given) => {
    given()
    const [found] = await evaluateEvent(aGroupGiven(OF_GROUP))
    expect(found).toBe(
      'UNKNOWN FACTS_MISSING: Cannot say for Auto Scaling group web: what its launch configuration says is not known. It may be deleted, or could not be read here. To see it: virtguard scan --templates.',
    )
  })

  test('is tried again if Auto Scaling is throttled', async () => {
    autoScaling.on(DescribeLaunchConfigurationsCommand).rejects(named('Throttling'))
    await expect(evaluateEvent(aGroupGiven(OF_GROUP))).rejects.toThrow('refused')
  })

  test.each([5, {}])('is UNKNOWN without a call if its name is %j', async launchConfigurationName => {
    const [found] = await evaluateEvent(aGroupGiven({ launchConfigurationName }))
    expect(found).toMatch(/^UNKNOWN FACTS_MISSING: Cannot say for Auto Scaling group web: /)
    expect(autoScaling.calls()).toEqual([])
  })
})

describe('a launch configuration that is made from an instance', () => {
  test.each([[OF_INSTANCE], [{ ...OF_INSTANCE, imageId: undefined }]])(
    'is read once it is there: %j',
    async request => {
      const [found] = await evaluateEvent(aLaunchConfiguration(request))
      expect(found).toMatch(/^FAILED ARCH_UNSUPPORTED: Launch configuration old asks for ami-0e{16} on m5\.large, /)
    },
  )

  test('is UNKNOWN if it is gone, and says what is not known', async () => {
    answer()
    const [found] = await evaluateEvent(aLaunchConfiguration(OF_INSTANCE))
    expect(found).toMatch(/: Cannot say for Launch configuration old: what it takes from an instance is not known\. /)
  })

  test.each([[{}], [{ instanceId: 'i-01' }]])('is not read if the call names image and type: %j', async request => {
    expect(await evaluateEvent(aLaunchConfiguration({ imageId: X86, ...request }))).toEqual([])
    expect(autoScaling.calls()).toEqual([])
  })
})
