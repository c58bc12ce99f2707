import { describe, expect, test } from '@jest/globals'
import { createFleetClient } from '../../../shared/aws/fleet/account-regions.ts'
import { type ScanBatch, scanRegion } from '../../../shared/aws/fleet/scan-region.ts'
import { NO_COUNTS } from '../../../shared/ledger/coverage.ts'
import { DEFAULT_POLICY } from '../../../shared/policy/load.ts'
import { pageXml } from '../../support/described.ts'
import { type Call, refusal, type Said, startEndpoint } from '../../support/ec2-endpoint.ts'
import { id, page, place, scan, some, sum, tokenOf, WHOLE, world } from '../../support/scanning.ts'

describe('the scan of a region', () => {
  test('reads it page by page, 1,000 instances at a time, and evaluates it', async () => {
    const { counts, findings, calls, notes, failure } = await scan(page)
    expect({ counts, notes, failure }).toEqual({ counts: WHOLE, notes: [], failure: undefined })
    expect(calls.map(({ action, form }) => [action, form.get('MaxResults'), form.get('NextToken')])).toEqual([
      ['DescribeInstances', '1000', null],
      ['DescribeInstances', '1000', '1'],
      ['DescribeInstances', '1000', '2'],
    ])
    expect(findings.filter(({ rule }) => rule === 'paravirtual-instance')).toMatchObject(
      [3, 7, 11].map(number => ({
        id: `paravirtual-instance/123456789012/us-east-1/${id(number)}`,
        event: { id: 'scan-1', name: 'DescribeInstances', time: '2026-11-24T12:00:00.000Z' },
        actor: {},
      })),
    )
  })

  test('counts terminated instances, and does not evaluate them', async () => {
    const gone = { instanceType: 'm1.small', virtualizationType: 'paravirtual' }
    const instances = [
      ...some(0, 2, { ...gone, state: 'terminated' }),
      ...some(2, 1, { ...gone, state: 'shutting-down' }),
      ...some(3, 1),
    ]
    const { counts, findings } = await scan(() => ({ body: pageXml([instances]) }))
    expect(counts).toEqual({ ...NO_COUNTS, seen: 1, passed: 1, terminated: 3 })
    expect(findings).toEqual([])
  })

  test('can stop after any page and go on from there', async () => {
    const first: ScanBatch[] = []
    const endpoint = await startEndpoint(page)
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
    const client = createFleetClient({ region: 'us-east-1', endpoint: endpoint.url, credentials })
    for await (const batch of scanRegion({ client, place, world, scanId: 'scan-1' })) {
      first.push(batch)
      break
    }
    const rest: ScanBatch[] = []
    const next = first[0]?.next ?? ''
    for await (const batch of scanRegion({ client, place, world, scanId: 'scan-1', next })) rest.push(batch)
    await endpoint.close()
    expect(sum([...first, ...rest]).counts).toEqual(WHOLE)
    expect(rest.at(-1)?.next).toBeUndefined()
  })

  test('reads from tags on whose behalf an instance runs', async () => {
    const tags = {
      'aws:autoscaling:groupName': 'legacy',
      'aws:ec2launchtemplate:id': 'lt-01',
      'aws:ec2launchtemplate:version': '3',
    }
    const { findings } = await scan(() => ({
      body: pageXml([some(0, 1, { virtualizationType: 'paravirtual', tags })]),
    }))
    expect(findings[0]?.actor).toEqual({ autoScalingGroup: 'legacy', launchTemplate: 'lt-01:3' })
  })

  test('counts what an exemption covers separately', async () => {
    const exemption = {
      rule: '*',
      match: { instanceId: id(3) },
      reason: 'moves',
      owner: 'a@example.com',
      expires: '2027-01-31',
    }
    const policy = { ...DEFAULT_POLICY, exemptions: [exemption] }
    const { counts, findings } = await scan(page, { world: { ...world, policy } })
    expect(counts).toEqual({ ...WHOLE, failed: 2, suppressed: 1 })
    const exempt = findings.filter(({ workflow }) => workflow === 'SUPPRESSED')
    expect(new Set(exempt.map(({ resource }) => resource.id))).toEqual(new Set([id(3)]))
  })

  test('also returns what passed if that is asked for', async () => {
    const { counts, findings } = await scan(page, { all: true })
    expect(counts).toEqual(WHOLE)
    expect(findings.filter(({ status }) => status === 'PASSED').length).toBeGreaterThan(12)
  })
})

const imageXml = (imageId: string): string =>
  `<item><imageId>${imageId}</imageId><virtualizationType>hvm</virtualizationType><enaSupport>true</enaSupport></item>`
const imagesXml = (ids: readonly string[]): string =>
  `<DescribeImagesResponse><imagesSet>${ids.map(imageXml).join('')}</imagesSet></DescribeImagesResponse>`

describe('facts that instances do not have', () => {
  // A word that nobody knows: only the image says what it is.
  const lacking = (call: Call): Said => {
    const number = Number(tokenOf(call) ?? 0)
    const instances = some(number * 4, 4, { instanceType: 't2.micro', virtualizationType: 'newer' })
    return { body: pageXml([instances], number < 2 ? String(number + 1) : undefined) }
  }

  test('are read in batches, each image once in a region', async () => {
    const { counts, calls } = await scan(call =>
      call.action === 'DescribeImages' ? { body: imagesXml(['ami-0abcdef1234567890']) } : lacking(call),
    )
    expect(calls.filter(({ action }) => action === 'DescribeImages')).toHaveLength(1)
    expect(counts).toMatchObject({ seen: 12, unknown: 0 })
  })

  test('about ENA are off if EC2 leaves them out, whether the image exists or was deregistered, and nothing is read', async () => {
    const { counts, calls } = await scan(() => ({
      body: pageXml([some(0, 4, { instanceType: 't2.micro', enaSupport: undefined })]),
    }))
    expect(calls.map(({ action }) => action)).toEqual(['DescribeInstances'])
    expect(counts).toMatchObject({ seen: 4, failed: 4, unknown: 0 })
  })

  test('stay unknown if the image is deregistered, and are not asked for again', async () => {
    const policy = {
      ...DEFAULT_POLICY,
      rules: { 'incompatible-image': DEFAULT_POLICY.rules['incompatible-image'] },
    } as typeof DEFAULT_POLICY
    const { counts, calls } = await scan(
      call => (call.action === 'DescribeImages' ? { body: imagesXml([]) } : lacking(call)),
      { world: { ...world, policy } },
    )
    expect(calls.filter(({ action }) => action === 'DescribeImages')).toHaveLength(1)
    expect(counts).toMatchObject({ seen: 12, unknown: 12, failed: 0 })
  })

  test('stay unknown if they may not be read, and the permission is named', async () => {
    const denied = refusal(
      'UnauthorizedOperation',
      'You are not authorized to perform this operation. User: x is not authorized to perform: ec2:DescribeImages because no identity-based policy allows it',
      403,
    )
    const { counts, notes, failure } = await scan(call => (call.action === 'DescribeImages' ? denied : lacking(call)))
    expect(failure).toBeUndefined()
    expect(counts.seen).toBe(12)
    expect(notes[0]).toBe('some facts are unknown: ec2:DescribeImages: the permission ec2:DescribeImages is missing')
  })

  test('of a type newer than the catalogue are read once', async () => {
    const types = `<DescribeInstanceTypesResponse><instanceTypeSet><item><instanceType>x99.large</instanceType>
      <supportedVirtualizationTypes><item>hvm</item></supportedVirtualizationTypes><supportedBootModes><item>uefi</item></supportedBootModes>
      <supportedRootDeviceTypes><item>ebs</item></supportedRootDeviceTypes><hypervisor>nitro</hypervisor><bareMetal>false</bareMetal>
      <processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo>
      <networkInfo><enaSupport>required</enaSupport></networkInfo><ebsInfo><nvmeSupport>required</nvmeSupport></ebsInfo>
      <instanceStorageSupported>false</instanceStorageSupported></item></instanceTypeSet></DescribeInstanceTypesResponse>`
    const { counts, calls } = await scan(call => {
      if (call.action === 'DescribeInstanceTypes') return { body: types }
      const first = tokenOf(call) === undefined
      return { body: pageXml([some(first ? 0 : 4, 4, { instanceType: 'x99.large' })], first ? '1' : undefined) }
    })
    expect(calls.filter(({ action }) => action === 'DescribeInstanceTypes')).toHaveLength(1)
    expect(counts).toEqual({ ...NO_COUNTS, seen: 8, passed: 8 })
  })
})
