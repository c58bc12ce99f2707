import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readPage } from '../../../shared/aws/fleet/read-pages.ts'
import { readInstanceDescription } from '../../../shared/facts/described.ts'
import type { InstanceFacts } from '../../../shared/facts/facts.ts'
import { type Described, pageXml } from '../../support/described.ts'
import { type Endpoint, startEndpoint } from '../../support/ec2-endpoint.ts'

let page = ''
let endpoint: Endpoint
let client: EC2Client

beforeAll(async () => {
  endpoint = await startEndpoint(() => ({ body: page }))
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
  client = new EC2Client({ region: 'us-east-1', endpoint: endpoint.url, credentials })
})
afterAll(() => endpoint.close())

const bySdk = async (): Promise<readonly InstanceFacts[]> => {
  const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}))
  return Reservations.flatMap(({ Instances = [], ReservationId }) =>
    Instances.map(instance => ({
      ...readInstanceDescription(instance),
      ...(ReservationId !== undefined && { reservationId: ReservationId }),
    })),
  )
}

const byUs = async (): Promise<readonly InstanceFacts[]> =>
  (await readPage(client, {}, { look: instance => instance })).instances

const text = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .map(each => each.replaceAll(/[\p{Cc}\ufffe\uffff]/gu, 'x').trim() || 'x')
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const described: fc.Arbitrary<Described> = fc.record(
  {
    instanceId: fc.stringMatching(/^i-[0-9a-f]{17}$/),
    instanceType: fc.constantFrom('t3.micro', 'm1.small', 'x99.new'),
    virtualizationType: fc.constantFrom('hvm', 'paravirtual', 'other'),
    enaSupport: maybe(fc.constantFrom('true' as const, 'false' as const)),
    architecture: fc.constantFrom('x86_64', 'i386', 'arm64'),
    bootMode: fc.constantFrom('uefi', 'legacy-bios', 'uefi-preferred', 'future'),
    state: fc.constantFrom('running', 'stopped', 'terminated', 'pending'),
    launchTime: fc.constantFrom('2026-11-24T08:00:00.000Z', '2013-01-02T03:04:05.678Z'),
    instanceLifecycle: fc.constantFrom('spot', 'scheduled', 'capacity-block'),
    managedBy: text,
    tags: fc.dictionary(text, fc.oneof(text, fc.constant(''))),
  },
  { requiredKeys: ['instanceId'] },
)

describe('a page that is read as a stream', () => {
  test('has the facts that the SDK’s own reader finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(described, { maxLength: 3 }), { maxLength: 3 }), async reservations => {
        page = pageXml(reservations)
        expect(await byUs()).toEqual(await bySdk())
      }),
      { numRuns: 60 },
    )
  })

  test('gives the token of the next page', async () => {
    page = pageXml([[{ instanceId: 'i-01' }]], 'eyJ2IjoiMiJ9&=')
    expect((await readPage(client, {}, { look: () => 1 })).nextToken).toBe('eyJ2IjoiMiJ9&=')
    page = pageXml([], '')
    expect(await readPage(client, {}, { look: () => 1 })).toEqual({ instances: [] })
  })
})
