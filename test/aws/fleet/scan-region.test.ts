import { describe, expect, test } from '@jest/globals'
import { fleetClient } from '../../../shared/aws/fleet/places.ts'
import { type ScanBatch, type ScanInput, scanRegion } from '../../../shared/aws/fleet/scan-region.ts'
import { catalogue } from '../../../shared/catalogue/catalogue.ts'
import type { Finding } from '../../../shared/engine/finding.ts'
import { addCounts, type Counts, NO_COUNTS } from '../../../shared/fleet/coverage.ts'
import { type Trouble, troubleOf } from '../../../shared/fleet/trouble.ts'
import { DEFAULT_POLICY } from '../../../shared/policy/load.ts'
import { type Described, pageXml } from '../../support/described.ts'
import { type Call, refusal, type Said, startEndpoint } from '../../support/ec2-endpoint.ts'

type Result = {
  readonly counts: Counts
  readonly findings: readonly Finding[]
  readonly notes: readonly string[]
  readonly trouble?: Trouble | undefined
  readonly calls: readonly Call[]
}

const world = { policy: DEFAULT_POLICY, types: catalogue(), now: new Date('2026-11-24T12:00:00Z') }
const place = { accountId: '123456789012', region: 'us-east-1' }

const sum = (batches: readonly ScanBatch[]) => ({
  counts: batches.reduce<Counts>(
    (counts, { seen, passed, failed, suppressed, unknown, terminated }) =>
      addCounts(counts, { seen, passed, failed, suppressed, unknown, terminated }),
    NO_COUNTS,
  ),
  findings: batches.flatMap(({ findings }) => findings),
  notes: batches.flatMap(({ notes }) => notes),
})

/** Scans an endpoint that answers like this; tries each call three times, and waits 200 ms for more of an answer. */
const scan = async (answer: (call: Call, count: number) => Said, more: Partial<ScanInput> = {}): Promise<Result> => {
  let count = 0
  const endpoint = await startEndpoint(call => answer(call, count++))
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
  const client = fleetClient({ region: 'us-east-1', endpoint: endpoint.url, credentials, maxAttempts: 3 })
  const batches: ScanBatch[] = []
  try {
    for await (const batch of scanRegion({ client, place, world, scanId: 'scan-1', silenceMs: 200, ...more }))
      batches.push(batch)
    return { ...sum(batches), calls: endpoint.calls }
  } catch (error) {
    return { ...sum(batches), trouble: troubleOf(error), calls: endpoint.calls }
  } finally {
    client.destroy()
    await endpoint.close()
  }
}

const id = (number: number): string => `i-${number.toString(16).padStart(17, '0')}`
const some = (from: number, count: number, more: Partial<Described> = {}): readonly Described[] =>
  Array.from({ length: count }, (_, index) => ({ instanceId: id(from + index), ...more }))
const tokenOf = ({ form }: Call): string | undefined => form.get('NextToken') ?? undefined

/** Three pages of four instances; one of each page is paravirtual. */
const page = (call: Call): Said => {
  const number = Number(tokenOf(call) ?? 0)
  const instances = [
    ...some(number * 4, 3),
    {
      instanceId: id(number * 4 + 3),
      instanceType: 'm1.small',
      virtualizationType: 'paravirtual',
      enaSupport: undefined,
    },
  ]
  return { body: pageXml([instances], number < 2 ? String(number + 1) : undefined) }
}
const WHOLE = { seen: 12, passed: 9, failed: 3, suppressed: 0, unknown: 0, terminated: 0 }

describe('a region', () => {
  test('is read page by page, 1,000 at a time, and judged', async () => {
    const { counts, findings, calls, notes, trouble } = await scan(page)
    expect({ counts, notes, trouble }).toEqual({ counts: WHOLE, notes: [], trouble: undefined })
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

  test('has its terminated instances counted, and not judged', async () => {
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

  test('can be left after any page and gone on with', async () => {
    const first: ScanBatch[] = []
    const endpoint = await startEndpoint(page)
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
    const client = fleetClient({ region: 'us-east-1', endpoint: endpoint.url, credentials })
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

  test('tells from its tags on whose behalf an instance runs', async () => {
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

  test('counts what an exemption covers for itself', async () => {
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

  test('also tells what passed where that is asked for', async () => {
    const { counts, findings } = await scan(page, { all: true })
    expect(counts).toEqual(WHOLE)
    expect(findings.filter(({ status }) => status === 'PASSED').length).toBeGreaterThan(12)
  })
})

const imageXml = (imageId: string): string =>
  `<item><imageId>${imageId}</imageId><virtualizationType>hvm</virtualizationType><enaSupport>true</enaSupport></item>`
const imagesXml = (ids: readonly string[]): string =>
  `<DescribeImagesResponse><imagesSet>${ids.map(imageXml).join('')}</imagesSet></DescribeImagesResponse>`

describe('facts that instances do not tell', () => {
  // Types without ENA: only the image says whether it has it.
  const lacking = (call: Call): Said => {
    const number = Number(tokenOf(call) ?? 0)
    const instances = some(number * 4, 4, { instanceType: 't2.micro', enaSupport: undefined })
    return { body: pageXml([instances], number < 2 ? String(number + 1) : undefined) }
  }

  test('are read in batches, each image once in a region', async () => {
    const { counts, calls } = await scan(call =>
      call.action === 'DescribeImages' ? { body: imagesXml(['ami-0abcdef1234567890']) } : lacking(call),
    )
    expect(calls.filter(({ action }) => action === 'DescribeImages')).toHaveLength(1)
    expect(counts).toMatchObject({ seen: 12, unknown: 0 })
  })

  test('stay unknown where the image is gone, and nobody asks again', async () => {
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

  test('stay unknown where they may not be read, and the permission is named', async () => {
    const denied = refusal(
      'UnauthorizedOperation',
      'You are not authorized to perform this operation. User: x is not authorized to perform: ec2:DescribeImages because no identity-based policy allows it',
      403,
    )
    const { counts, notes, trouble } = await scan(call => (call.action === 'DescribeImages' ? denied : lacking(call)))
    expect(trouble).toBeUndefined()
    expect(counts.seen).toBe(12)
    expect(notes[0]).toBe('facts stay unknown: ec2:DescribeImages: the permission ec2:DescribeImages is missing')
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

const DENIED =
  'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/x is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action'
const THROTTLED = refusal('RequestLimitExceeded', 'Request limit exceeded.', 503)

describe('an endpoint that misbehaves once', () => {
  const once =
    (bad: (call: Call) => Said) =>
    (call: Call, count: number): Said =>
      count === 1 ? bad(call) : page(call)

  test.each<[string, (call: Call) => Said]>([
    ['throttles', () => THROTTLED],
    ['has an error of its own', () => refusal('InternalError', 'An internal error has occurred.', 500)],
    ['is not available', () => ({ status: 503, body: 'Service Unavailable' })],
    ['ends the connection in the middle of a page', call => ({ ...page(call), cut: 2000 })],
    ['falls silent in the middle of a page', call => ({ ...page(call), stall: 2000 })],
    ['sends half a page as a whole one', call => ({ body: page(call).body.slice(0, 3000) })],
    ['sends a page of a proxy', () => ({ body: '<html><body>Please log in</body></html>' })],
    ['sends nothing', () => ({ body: '' })],
  ])('%s: the page is read again, nothing is missed and nothing is counted twice', async (_, bad) => {
    const { counts, findings, trouble } = await scan(once(bad))
    expect(trouble).toBeUndefined()
    expect(counts).toEqual(WHOLE)
    expect(new Set(findings.map(finding => finding.id)).size).toBe(findings.length)
  })
})

describe('an endpoint that keeps misbehaving', () => {
  const later =
    (bad: Said | ((call: Call) => Said)) =>
    (call: Call): Said => {
      if (tokenOf(call) === undefined) return page(call)
      return typeof bad === 'function' ? bad(call) : bad
    }

  test.each<[string, Said | ((call: Call) => Said), Trouble]>([
    ['throttles', THROTTLED, { why: 'EC2 throttled every attempt', passes: true }],
    [
      'ends connections',
      call => ({ ...page(call), cut: 2000 }),
      { why: 'the connection to EC2 failed, at every attempt', passes: true },
    ],
    [
      'falls silent',
      call => ({ ...page(call), stall: 2000 }),
      { why: 'EC2 did not answer in time, at every attempt', passes: true },
    ],
    [
      'sends half pages',
      call => ({ body: page(call).body.slice(0, 3000) }),
      { why: 'the answer ended in the middle', passes: true },
    ],
    [
      'finds the token expired',
      refusal('RequestExpired', 'Request has expired.'),
      { why: 'the credentials have expired', passes: false },
    ],
    [
      'finds the session expired',
      refusal('ExpiredToken', 'The security token included in the request is expired'),
      { why: 'the credentials have expired', passes: false },
    ],
    [
      'denies',
      refusal('UnauthorizedOperation', DENIED, 403),
      {
        why: 'the permission ec2:DescribeInstances is missing',
        missingPermission: 'ec2:DescribeInstances',
        passes: false,
      },
    ],
    [
      'denies without a reason',
      refusal('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403),
      {
        why: 'the permission ec2:DescribeInstances is missing',
        missingPermission: 'ec2:DescribeInstances',
        passes: false,
      },
    ],
    [
      'wants to be subscribed to',
      refusal('OptInRequired', 'You are not subscribed to this service.', 401),
      { why: 'the region is not enabled for this account', passes: false },
    ],
    [
      'says what nobody has heard of',
      refusal('Perplexed', 'Why?'),
      { why: 'AWS refuses (Perplexed: Why?)', passes: false },
    ],
  ])('and %s: what was read before counts, and why there is no more is said', async (_, bad, expected) => {
    const { counts, trouble } = await scan(later(bad))
    expect(trouble).toEqual(expected)
    expect(counts).toEqual({ seen: 4, passed: 3, failed: 1, suppressed: 0, unknown: 0, terminated: 0 })
  })

  test('and points back: the reading ends', async () => {
    const { counts, trouble } = await scan(call => ({
      body: page(call).body.replace('<nextToken>2</nextToken>', '<nextToken>1</nextToken>'),
    }))
    expect(trouble).toEqual({ why: 'EC2 points back from page 2 to one that was read already', passes: true })
    expect(counts.seen).toBe(8)
  })

  test('and gives the same page under ever new tokens: the reading ends', async () => {
    const { counts, trouble } = await scan((_, count) => ({ body: pageXml([some(0, 4)], `token-${count}`) }))
    expect(trouble).toEqual({ why: 'EC2 gives the same page again and again', passes: true })
    expect(counts.seen).toBe(4)
  })

  test('and repeats a page: its instances count once, and it is said', async () => {
    const { counts, notes, findings } = await scan(call =>
      tokenOf(call) === '1'
        ? { body: page({ ...call, form: new URLSearchParams() }).body.replace('<nextToken>1<', '<nextToken>2<') }
        : page(call),
    )
    expect(counts.seen).toBe(8)
    expect(notes).toEqual(['4 instances came twice and are counted once'])
    expect(findings.filter(({ rule }) => rule === 'paravirtual-instance')).toHaveLength(2)
  })

  test('and drops what is on a page: the next is read, and it is said', async () => {
    const { counts, notes } = await scan(call => (tokenOf(call) === '1' ? { body: pageXml([], '2') } : page(call)))
    expect(counts.seen).toBe(8)
    expect(notes).toEqual(['EC2 gave an empty page among others: instances may be missing'])
  })
})
