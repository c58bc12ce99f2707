import type { EC2Client } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { createFleetClient } from '../../../shared/aws/fleet/account-regions.ts'
import { scanRegion } from '../../../shared/aws/fleet/scan-region.ts'
import { parsePolicy } from '../../../shared/policy/load.ts'
import { pageXml } from '../../support/described.ts'
import { type Call, type Endpoint, refusal, startEndpoint } from '../../support/ec2-endpoint.ts'
import { id, some, tokenOf } from '../../support/scanning.ts'
import { aSweepWorld, countAlerts } from './world.ts'

jest.setTimeout(180_000)

const ONLY_PV = parsePolicy(
  `version: 1
rules: { xen-hypervisor: { mode: off }, incompatible-image: { mode: off }, ena-disabled: { mode: off } }`,
  'p',
)

const PAGES = 100
const PER_PAGE = 1000
const PV_PER_PAGE = 20

/** A page of a thousand instances as EC2 writes it. */
const pageOf = (number: number): string => {
  const first = number * PER_PAGE
  const pv = some(first, PV_PER_PAGE, {
    instanceType: 'm1.small',
    virtualizationType: 'paravirtual',
    enaSupport: undefined,
  })
  const next = number + 1 < PAGES ? String(number + 1) : undefined
  return pageXml([[...pv, ...some(first + PV_PER_PAGE, PER_PAGE - PV_PER_PAGE)]], next)
}

let calls = 0

/** Every tenth call is throttled. */
const answer = (call: Call) => {
  calls += 1
  return calls % 10 === 0
    ? refusal('RequestLimitExceeded', 'Request limit exceeded.', 503)
    : { body: pageOf(Number(tokenOf(call) ?? 0)) }
}

let endpoint: Endpoint
let client: EC2Client
beforeAll(async () => {
  endpoint = await startEndpoint(answer)
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' }
  client = createFleetClient({ region: 'us-east-1', endpoint: endpoint.url, credentials })
})
afterAll(async () => {
  client.destroy()
  await endpoint.close()
})

test('100,000 instances, as EC2 describes them and throttled, are swept by several invocations and each alerted once', async () => {
  const world = aSweepWorld({
    machines: [],
    policy: ONLY_PV,
    pagesAtOnce: 30,
    reads: input => scanRegion({ ...input, client }),
  })
  world.start()
  await world.run()
  const alerted = Array.from({ length: PAGES }, (_, page) =>
    Array.from({ length: PV_PER_PAGE }, (_, nth) => `${id(page * PER_PAGE + nth)} paravirtual-instance`),
  ).flat()
  expect(countAlerts(world, 'finding')).toEqual(new Map(alerted.map(one => [one, 1])))
  expect(world.counted).toContain('SweepInstances us-east-1 100000')
  expect(world.counted).toContain('SweepNotCovered us-east-1 0')
  expect(world.deadLetters).toEqual([])
  // Each page is asked for once, but for those that were throttled.
  expect(calls - Math.floor(calls / 10)).toBe(PAGES)
})
