/**
 * For any launch, changing only what a launcher controls never silences a promised stop of its own instance, never
 * reaches an instance of somebody else, and never changes what is said of another account or region.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { idOf } from '../functions/enforce/machines.ts'
import {
  aLargeLaunch,
  aLaunchRequest,
  anEnvelope,
  anInstanceItem,
  aRunInstancesRecord,
  aRunningNotification,
} from '../support/builders.ts'
import type { Json } from '../support/record-shape.ts'
import { anInstance, aStage } from './stage.ts'

const OWN = [idOf(0), idOf(1)] as const
const OTHERS = [idOf(7), idOf(8), idOf(9)] as const

/** What whoever launches may write, in the words of RunInstances. */
type Control = {
  readonly clientToken: string
  readonly tags: Readonly<Record<string, string>>
  readonly userAgent: string
  readonly stopProtected: boolean
  readonly group: string | undefined
  readonly keyName: string
  /** Whether CloudTrail leaves the response out, as it does for a large launch. */
  readonly isUnlisted: boolean
  readonly notifies: readonly number[]
}

const SERVICES = ['autoscaling.amazonaws.com', 'ec2fleet.amazonaws.com', 'AWS Internal', 'aws-cli/2.31.0', '']
const OWNER_TAGS = [
  'kubernetes.io/cluster/x',
  'karpenter.sh/nodepool',
  'AWSBatchServiceTag',
  'AmazonECSManaged',
  'elasticbeanstalk:environment-id',
  'eks:cluster-name',
  'Name',
  'virtguard',
  'AWS:autoscaling:groupName',
]

const hostile = fc.string({ unit: fc.constantFrom('*', '?', '\\', '[', ']', 'a', '0', '-', '<', '@', '\n', '|', '.') })

const controls: fc.Arbitrary<Control> = fc.record({
  clientToken: fc.oneof(hostile, fc.constantFrom('*', 'token-7', 'token-?', 'token\\-7')),
  tags: fc.dictionary(fc.oneof(fc.constantFrom(...OWNER_TAGS), hostile), hostile, { maxKeys: 4 }),
  userAgent: fc.oneof(fc.constantFrom(...SERVICES), hostile),
  stopProtected: fc.boolean(),
  group: fc.option(fc.constantFrom('legacy-web', '*', 'aws'), { nil: undefined }),
  keyName: hostile,
  isUnlisted: fc.boolean(),
  notifies: fc.uniqueArray(fc.nat(1), { maxLength: 2 }),
})

const others = OTHERS.map((_, index) =>
  anInstance(7 + index, {
    reservationId: `r-9999999999999990${index}`,
    ClientToken: `token-${7 + index}`,
    LaunchTime: new Date('2014-03-01T10:00:00Z'),
  }),
)

/** EC2 takes no token of more than 64 characters, and writes no tag that begins with `aws:`. */
const recordOf = ({ clientToken, tags, userAgent, group, keyName, isUnlisted, stopProtected }: Control): Json => {
  const request = aLaunchRequest({
    clientToken,
    tags,
    instanceType: 'm1.small',
    more: { keyName, disableApiStop: stopProtected, ...(group !== undefined && { placement: { groupName: group } }) },
  })
  const instances = OWN.map(instanceId =>
    anInstanceItem({ instanceId, instanceType: 'm1.small', virtualizationType: 'paravirtual', tags }),
  )
  if (!isUnlisted) return anEnvelope(aRunInstancesRecord({ instances, request, more: { userAgent } }))
  return anEnvelope({ ...aLargeLaunch([]), userAgent, requestParameters: request, resources: [] })
}

const play = async (control: Control) => {
  const fleet = [0, 1].map(index =>
    anInstance(index, {
      ClientToken: control.clientToken,
      Tags: Object.entries(control.tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  )
  const stage = aStage({ fleet: [...fleet, ...others] })
  for (const id of OWN) {
    const machine = stage.world.known.get(id)
    if (machine !== undefined) machine.isProtected = control.stopProtected
  }
  await stage.report(recordOf(control))
  for (const index of control.notifies)
    await stage.report(aRunningNotification({ instanceId: OWN[index] ?? OWN[0], eventID: `notice-${index}` }))
  await stage.letTimePass()
  return stage
}

const reported = ({ isUnlisted, clientToken, notifies }: Control): readonly string[] =>
  // Without a list and without a token nobody can say which instances these are: a sweep finds them.
  isUnlisted && clientToken === '' ? OWN.filter((_, index) => notifies.includes(index)) : OWN

describe('with anything that a launcher controls', () => {
  test('its own violating instance is stopped, or an alert says with a code why it is not', () =>
    fc.assert(
      fc.asyncProperty(controls, async control => {
        const stage = await play(control)
        const stopped = new Set(stage.stopped())
        for (const id of reported(control)) {
          if (stopped.has(id)) continue
          const actions = stage
            .alerts()
            .flatMap(({ findings }) => findings.filter(({ resource }) => resource.id === id))
            .map(({ action }) => action)
          const refused = actions.filter(({ decision }) => decision === 'refuse')
          expect({ id, refused: refused.length > 0 }).toEqual({ id, refused: true })
          for (const { reason, code } of refused)
            expect({ code, isSaid: reason !== '' }).toEqual({ code: expect.any(String), isSaid: true })
        }
      }),
      { numRuns: 150, seed: 20_261_130 },
    ))

  test('no instance outside its launch is promised a stop, stopped, or named', () =>
    fc.assert(
      fc.asyncProperty(controls, async control => {
        const stage = await play(control)
        expect(stage.promised().filter(id => !OWN.some(own => own === id))).toEqual([])
        expect(stage.stopped().filter(id => !OWN.some(own => own === id))).toEqual([])
        const alerted = stage.alerts().flatMap(({ told: groups }) => groups.flatMap(({ resources }) => resources))
        expect(alerted.filter(id => OTHERS.some(other => other === id))).toEqual([])
      }),
      { numRuns: 150, seed: 20_261_130 },
    ))

  test('everything that is alerted is of its own account and region', () =>
    fc.assert(
      fc.asyncProperty(controls, async control => {
        const stage = await play(control)
        const places = stage.alerts().map(({ accountId, region }) => `${accountId} ${region}`)
        expect([...new Set(places)].filter(place => place !== '123456789012 us-east-1')).toEqual([])
      }),
      { numRuns: 50, seed: 20_261_130 },
    ))
})
