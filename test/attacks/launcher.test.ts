/** Somebody who may launch, start and stop instances of their own, and nothing else. */
import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../../shared/policy/load.ts'
import { idOf } from '../functions/enforce/machines.ts'
import {
  aLargeLaunch,
  aLaunchRequest,
  anEnvelope,
  anInstanceItem,
  aRunInstancesRecord,
  aRunningNotification,
  aStartInstancesRecord,
} from '../support/builders.ts'
import type { Json } from '../support/record-shape.ts'
import { launch, OWN, own, ownItem } from './own-instance.ts'
import { anInstance, aStage, type Stage } from './stage.ts'

const OTHERS = [idOf(7), idOf(8)] as const

/** What somebody else launched years ago: it fails the rules, and nothing of this launch is about it. */
const victims = OTHERS.map((_, index) =>
  anInstance(7 + index, {
    reservationId: `r-9999999999999990${index}`,
    LaunchTime: new Date('2014-03-01T10:00:00Z'),
    ClientToken: `token-of-2014-${index}`,
  }),
)

/** A launch whose record lists no instance, so that EC2 is asked by the token that the launcher chose. */
const unlisted = (clientToken: string): Json =>
  anEnvelope({ ...aLargeLaunch([]), requestParameters: aLaunchRequest({ clientToken }), resources: [] })

/** The texts of everything that was alerted. */
const said = (stage: Stage): string => JSON.stringify(stage.alerts())

describe('a client token with wildcards', () => {
  test.each(['*', 'token-of-201?-*', 'token-of-2014-[01]', '?????????????????', 'token\\-of\\-2014\\-0'])(
    'names and stops no instance of others: %s',
    async clientToken => {
      const stage = aStage({ fleet: [own({ ClientToken: clientToken }), ...victims] })
      await stage.report(unlisted(clientToken))
      await stage.letTimePass()
      for (const id of OTHERS) expect(said(stage)).not.toContain(id)
      expect(stage.stopped()).toEqual([OWN])
    },
  )

  test('does not count the instances of an older launch with the same token as its own', async () => {
    const stage = aStage({ fleet: [own({ ClientToken: 'token-of-2014-0' }), ...victims] })
    await stage.report(unlisted('token-of-2014-0'))
    await stage.letTimePass()
    for (const id of OTHERS) expect(said(stage)).not.toContain(id)
    expect(stage.stopped()).toEqual([OWN])
  })
})

/** What somebody else launched hours ago, as EC2 answers whoever repeats that call with its token. */
const HOURS_AGO = '2026-11-23T20:00:00Z'
const ofHoursAgo = own({ LaunchTime: new Date(HOURS_AGO) })
const idOfOther = OTHERS[0]

describe('a call that repeats the token and the parameters of an earlier one', () => {
  test.each([
    ['lists the instances of the first', launch({}, ownItem({ launchTime: Date.parse(HOURS_AGO) }))],
    ['does not say when they were launched', launch({}, ownItem({ launchTime: undefined }))],
    ['names them elsewhere', anEnvelope(aLargeLaunch([OWN]))],
    [
      'says so of one, and not of the other',
      anEnvelope({
        ...aRunInstancesRecord({ instances: [ownItem({ launchTime: Date.parse(HOURS_AGO) })] }),
        resources: aLargeLaunch([idOfOther])['resources'],
      }),
    ],
  ])('neither alerts nor promises a stop of what ran before if its record %s', async (_, event) => {
    const stage = aStage({ fleet: [ofHoursAgo, ...victims] })
    await stage.report(event)
    await stage.letTimePass()
    expect(stage.alerts()).toEqual([])
    expect(stage.stopped()).toEqual([])
    expect(stage.logged).toContainEqual(expect.stringContaining('instances of an earlier call'))
  })

  test('says nothing of an instance that virtguard has stopped since', async () => {
    const stage = aStage({ fleet: [own()] })
    await stage.report(launch())
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN])
    const before = stage.alerts().length
    const eventTime = `${stage.world.now().toISOString().slice(0, 19)}Z`
    await stage.report(launch({ eventTime, eventID: '99999999-2222-4333-8444-555555555555' }))
    await stage.letTimePass()
    expect(stage.alerts()).toHaveLength(before)
    expect(stage.stopped()).toEqual([OWN])
  })

  test('hides no instance that the same record lists as launched by it', async () => {
    const stage = aStage({ fleet: [own(), ...victims] })
    const old = anInstanceItem({ instanceId: idOfOther, instanceType: 'm1.small', virtualizationType: 'paravirtual' })
    const instances = [ownItem(), { ...old, launchTime: Date.parse(HOURS_AGO) }]
    await stage.report(anEnvelope(aRunInstancesRecord({ instances })))
    await stage.letTimePass()
    expect(said(stage)).not.toContain(idOfOther)
    expect(stage.stopped()).toEqual([OWN])
  })
})

describe('the user agent of a service', () => {
  test.each(['autoscaling.amazonaws.com', 'ec2fleet.amazonaws.com', 'eks.amazonaws.com'])(
    'prevents no stop: %s',
    async userAgent => {
      const stage = aStage({ fleet: [own()] })
      await stage.report(launch({ userAgent }))
      await stage.letTimePass()
      expect(stage.promised()).toEqual([OWN])
      expect(stage.stopped()).toEqual([OWN])
    },
  )
})

const OWNER_TAGS = [
  'kubernetes.io/cluster/x',
  'karpenter.sh/nodepool',
  'AWSBatchServiceTag',
  'AmazonECSManaged',
  'elasticbeanstalk:environment-name',
  'eks:cluster-name',
]

const tagged = (tag: string) => own({ Tags: [{ Key: tag, Value: 'x' }] })

describe('a tag that services set on what they own', () => {
  test.each(OWNER_TAGS)(
    'refuses the stop in the form %s, and the alert says that the launcher can set it',
    async tag => {
      const stage = aStage({ fleet: [tagged(tag)] })
      await stage.report(launch({}, ownItem({}, { [tag]: 'x' })))
      await stage.letTimePass()
      expect(stage.stopped()).toEqual([])
      const [alert] = stage.alerts()
      const [finding] = alert?.findings ?? []
      expect(finding?.action).toMatchObject({
        decision: 'refuse',
        code: 'OWNED',
        args: { evidence: `tag ${tag}`, writtenBy: 'launcher' },
      })
      expect(finding?.action.reason).toContain(tag)
      expect(finding?.action.reason).toContain('launcher')
    },
  )

  test.each(OWNER_TAGS)('prevents no stop in the form %s if the policy ignores such tags', async tag => {
    const policy = parsePolicy(
      `version: 1
rules:
  paravirtual-instance: { mode: enforce }
  xen-hypervisor: { mode: "off" }
  incompatible-image: { mode: "off" }
stop: { grace: 5m, ownerTags: ignore }
`,
      'policy.yaml',
    )
    const stage = aStage({ fleet: [tagged(tag)], policy })
    await stage.report(launch({}, ownItem({}, { [tag]: 'x' })))
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([OWN])
  })

  test('refuses the stop if AWS sets it, whatever the policy says of other tags', async () => {
    const policy = parsePolicy(
      `version: 1
rules: { paravirtual-instance: { mode: enforce } }
stop: { grace: 5m, ownerTags: ignore }
`,
      'policy.yaml',
    )
    const group = 'aws:autoscaling:groupName'
    const stage = aStage({ fleet: [tagged(group)], policy })
    await stage.report(launch({}, ownItem({}, { [group]: 'web' })))
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([])
  })
})

describe('whoever repeats a call with its client token', () => {
  const callBy = (name: string, seconds: number) =>
    anEnvelope(
      aRunInstancesRecord({
        instances: [ownItem({ launchTime: Date.parse('2026-11-24T08:00:01Z') })],
        time: `2026-11-24T08:00:${String(seconds).padStart(2, '0')}Z`,
        eventID: `11111111-2222-4333-8444-0000000000${String(seconds).padStart(2, '0')}`,
        more: { userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::123456789012:user/${name}` } },
      }),
    )

  test.each([true, false])('within a minute is not named as its launcher, notified before: %s', async isNotified => {
    const stage = aStage({ fleet: [own()] })
    if (isNotified) await stage.report(aRunningNotification({ instanceId: OWN }))
    await stage.report(callBy('mallory', 45))
    await stage.report(callBy('victim', 0))
    await stage.letTimePass()
    expect(JSON.stringify(stage.alerts())).not.toContain('mallory')
    expect(JSON.stringify(stage.world.rows())).toContain('user/victim')
    expect(stage.stopped()).toEqual([OWN])
  })

  test('within seconds gives way to the earlier call, so that the outcome does not name it', async () => {
    const stage = aStage({ fleet: [own()] })
    await stage.report(callBy('mallory', 3))
    await stage.report(callBy('victim', 0))
    await stage.letTimePass()
    const outcomes = stage.alerts().filter(({ kind }) => kind === 'outcome')
    expect(JSON.stringify(outcomes)).toContain('user/victim')
    expect(JSON.stringify(outcomes)).not.toContain('mallory')
  })
})

describe('a record that names resources of others', () => {
  test('promises no stop if it is a refused start of somebody else’s instance', async () => {
    const stage = aStage({ fleet: [own(), ...victims] })
    const record = aStartInstancesRecord({ instanceIds: [...OTHERS] })
    await stage.report(
      anEnvelope({ ...record, errorCode: 'Client.UnauthorizedOperation', errorMessage: 'no', responseElements: null }),
    )
    await stage.letTimePass()
    expect(stage.promised()).toEqual([])
    expect(stage.stopped()).toEqual([])
  })

  test('promises no stop here if it names an instance of another account or region', async () => {
    const stage = aStage({ fleet: [own(), ...victims] })
    for (const arn of [
      `arn:aws:ec2:us-east-1:999999999999:instance/${OTHERS[0]}`,
      `arn:aws:ec2:eu-west-1:123456789012:instance/${OTHERS[0]}`,
    ])
      await stage.report(
        anEnvelope({
          ...aLargeLaunch([]),
          requestParameters: aLaunchRequest({ clientToken: 'mine' }),
          resources: [{ accountId: '123456789012', type: 'AWS::EC2::Instance', ARN: arn }],
        }),
      )
    await stage.letTimePass()
    expect(stage.promised()).toEqual([])
    expect(stage.stopped()).toEqual([])
  })

  test('promises nothing here if it is a notification of another account', async () => {
    const stage = aStage({ fleet: [own(), ...victims] })
    await stage.report(aRunningNotification({ instanceId: OTHERS[0], accountId: '999999999999' }))
    await stage.letTimePass()
    expect(stage.promised()).toEqual([])
    expect(stage.stopped()).toEqual([])
  })
})

describe('the settings of a launch', () => {
  test('are named in the alert as set by the launcher if they switch on stop protection', async () => {
    const stage = aStage({ fleet: [own()] })
    const machine = stage.world.known.get(OWN)
    if (machine !== undefined) machine.isProtected = true
    await stage.report(launch({ requestParameters: aLaunchRequest({ more: { disableApiStop: true } }) }))
    await stage.letTimePass()
    expect(stage.stopped()).toEqual([])
    const alerted = stage.alerts().flatMap(({ findings }) => findings.map(({ action }) => action))
    expect(alerted).toContainEqual(expect.objectContaining({ decision: 'refuse', code: 'STOP_PROTECTED' }))
  })
})
