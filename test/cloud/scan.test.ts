// `virtguard scan` on more than 5,000 instances in two accounts and three regions, against a count made straight from the API.
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  type EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Finding } from '../../shared/engine/finding.ts'
import type { Ran } from '../support/installed-command.ts'
import { askingFleet } from './cli.ts'
import { describeCloud, theCloud } from './cloud.ts'
import { ACCOUNTS, clientIn, type Fleet, LAUNCHED, populate, REGIONS, roleIn, startFleet } from './fleet.ts'

/** Which instances the API itself says each rule is about, by rule; with no code of virtguard's. */
type Counted = {
  readonly seen: number
  readonly terminated: number
  readonly ids: Readonly<Record<'paravirtual-instance' | 'xen-hypervisor' | 'NO_ENA' | 'IMAGE_GONE', readonly string[]>>
}

const instancesOf = async (client: EC2Client): Promise<readonly Instance[]> => {
  const found: Instance[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(new DescribeInstancesCommand({ MaxResults: 300, ...(NextToken && { NextToken }) }))
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances))
    NextToken = page.NextToken
  } while (NextToken)
  return found
}

const count = async (client: EC2Client): Promise<Counted> => {
  const all = await instancesOf(client)
  const alive = all.filter(({ State }) => State?.Name !== 'terminated')
  const { Images = [] } = await client.send(new DescribeImagesCommand({}))
  const images = new Map(Images.map(image => [image.ImageId, image]))
  const names = [...new Set(alive.flatMap(({ InstanceType }) => InstanceType ?? []))]
  const { InstanceTypes = [] } = await client.send(new DescribeInstanceTypesCommand({ InstanceTypes: names }))
  const onXen = new Set(InstanceTypes.filter(({ Hypervisor }) => Hypervisor === 'xen').map(type => type.InstanceType))
  const ids = (is: (instance: Instance) => boolean) =>
    alive
      .filter(is)
      .map(({ InstanceId = '' }) => InstanceId)
      .toSorted()
  return {
    seen: alive.length,
    terminated: all.length - alive.length,
    ids: {
      'paravirtual-instance': ids(({ VirtualizationType }) => VirtualizationType === 'paravirtual'),
      'xen-hypervisor': ids(({ InstanceType }) => onXen.has(InstanceType)),
      // What EC2 leaves out of an instance is off, and needs no image: it may be gone.
      NO_ENA: ids(({ VirtualizationType, EnaSupport }) => VirtualizationType === 'hvm' && EnaSupport !== true),
      IMAGE_GONE: ids(({ ImageId }) => !images.has(ImageId)),
    },
  }
}

const PLACES = ACCOUNTS.flatMap(account => REGIONS.map(region => ({ account, region })))

describeCloud('a scan of a fleet', () => {
  let fleet: Fleet
  let counted: readonly Counted[] = []
  let ran: Ran
  let findings: readonly Finding[] = []

  beforeAll(async () => {
    const { python, folder } = theCloud()
    fleet = await startFleet(python, folder)
    const clients = await Promise.all(PLACES.map(({ account, region }) => clientIn(fleet.url, account, region)))
    for (const client of clients) await populate(client)
    const scope = [
      ...ACCOUNTS.flatMap(account => ['--role-arn', roleIn(account)]),
      ...REGIONS.flatMap(region => ['--region', region]),
    ]
    ran = await askingFleet(fleet.url, ['scan', ...scope, '--format', 'ndjson'])
    findings = ran.out
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line))
    const all: Counted[] = []
    for (const client of clients) all.push(await count(client))
    counted = all
  }, 600_000)
  afterAll(() => fleet?.stop())

  const idsIn = (place: (typeof PLACES)[number], is: (finding: Finding) => boolean): readonly string[] =>
    findings
      .filter(({ resource }) => resource.accountId === place.account && resource.region === place.region)
      .filter(is)
      .map(({ resource }) => resource.id)
      .toSorted()

  test('the fleet of the scan has more than 5,000 instances', () => {
    expect(PLACES.length * LAUNCHED).toBeGreaterThan(5000)
    expect(counted.reduce((sum, { seen, terminated }) => sum + seen + terminated, 0)).toBe(PLACES.length * LAUNCHED)
  })

  test('the scan says how many it saw, and how many were terminated', () => {
    const seen = counted.reduce((sum, each) => sum + each.seen, 0).toLocaleString('en-US')
    const terminated = counted.reduce((sum, each) => sum + each.terminated, 0)
    expect(ran.err).toContain(`${seen} instances in 6 regions in 2 accounts: `)
    expect(ran.err).toContain(`; ${terminated} terminated, not evaluated`)
    expect(ran.code).toBe(1)
  })

  test.each(PLACES.map((place, index) => [place.account, place.region, index] as const))(
    'the scan finds in %s/%s what the API itself says',
    (account, region, index) => {
      const place = { account, region }
      const expected = counted[index]?.ids
      expect(idsIn(place, ({ rule }) => rule === 'paravirtual-instance')).toEqual(expected?.['paravirtual-instance'])
      expect(idsIn(place, ({ rule }) => rule === 'xen-hypervisor')).toEqual(expected?.['xen-hypervisor'])
      expect(idsIn(place, ({ reasons }) => reasons.includes('NO_ENA'))).toEqual(expected?.NO_ENA)
      expect(idsIn(place, ({ status }) => status === 'UNKNOWN')).toEqual([])
      expect(expected?.IMAGE_GONE).toHaveLength(17)
      expect(expected?.NO_ENA).toEqual(expect.arrayContaining([...(expected?.IMAGE_GONE ?? [])]))
    },
  )

  test('the scan covers the other regions if one does not exist, and says which it does not cover', async () => {
    const { code, err } = await askingFleet(fleet.url, [
      'scan',
      '--role-arn',
      'arn:aws:iam::123456789012:role/audit',
      '--region',
      'us-east-1',
      '--region',
      'xx-nowhere-9',
    ])
    expect(code).toBe(2)
    expect(err).toContain('not covered: 123456789012/xx-nowhere-9: ')
  }, 120_000)
})
