import { describe, expect, test } from '@jest/globals'
import { createSubjects } from '../../shared/engine/subjects.ts'
import type { Launch } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import {
  aLargeLaunch,
  aLaunchRequest,
  anEnvelope,
  anInstanceItem,
  aRunInstancesRecord,
  fromTemplate,
} from '../support/builders.ts'

const launchOf = (record: unknown): Launch => {
  const event = readEvent(record)
  if (event.kind !== 'launch') throw new Error(`expected a launch, got ${JSON.stringify(event)}`)
  return event
}

describe('a launch', () => {
  test('carries the facts of its instances, its origin and its caller', () => {
    expect(launchOf(aRunInstancesRecord())).toEqual({
      kind: 'launch',
      accountId: '123456789012',
      region: 'us-east-1',
      event: { id: '11111111-2222-4333-8444-555555555555', name: 'RunInstances', time: '2026-11-24T08:00:00Z' },
      actor: { arn: 'arn:aws:sts::123456789012:assumed-role/Builder/jane' },
      launchId: 'r-0123456789abcdef0',
      instances: [
        {
          instanceId: 'i-0123456789abcdef0',
          imageId: 'ami-0abcdef1234567890',
          instanceType: 't3.micro',
          virtualizationType: 'hvm',
          enaSupport: true,
          architecture: 'x86_64',
          bootMode: 'unset',
          rootDeviceType: 'ebs',
          state: 'pending',
          reservationId: 'r-0123456789abcdef0',
          lifecycle: 'on-demand',
          stopProtected: false,
          tags: { Name: 'web' },
        },
      ],
    })
  })

  test('whose record lists instances from before the call says so, and keeps their facts for a replay', () => {
    const old = anInstanceItem({ instanceId: 'i-0bbb', more: { launchTime: Date.parse('2026-11-24T07:58:59Z') } })
    const launch = launchOf(aRunInstancesRecord({ instances: [anInstanceItem(), old] }))
    expect(launch.launchedEarlier).toEqual(['i-0bbb'])
    expect(createSubjects(launch).map(({ resource }) => resource.id)).toEqual(['i-0123456789abcdef0', 'i-0bbb'])
  })

  test.each([[undefined], [null], ['1764000000000'], [{}]])(
    'whose record has no readable launch time names the instances: %j',
    launchTime => {
      const launch = launchOf(aRunInstancesRecord({ instances: [anInstanceItem({ more: { launchTime } })] }))
      expect(launch).toMatchObject({ undated: ['i-0123456789abcdef0'], instances: [{ instanceType: 't3.micro' }] })
      expect(launch.launchedEarlier).toBeUndefined()
    },
  )

  test('from a launch template has its image and type from the response', () => {
    const request = aLaunchRequest({ more: fromTemplate('lt-0abc', '4') })
    const record = JSON.parse(JSON.stringify(aRunInstancesRecord({ request })))
    expect(record.requestParameters).not.toHaveProperty('instanceType')
    const launch = launchOf(record)
    expect(launch.instances[0]).toMatchObject({ imageId: 'ami-0abcdef1234567890', instanceType: 't3.micro' })
    expect(launch.actor.launchTemplate).toBe('lt-0abc:4')
  })

  test.each([['enaSupport'], ['architecture'], ['imageId'], ['virtualizationType'], ['instanceState']])(
    'does not know %s if the record leaves it out',
    key => {
      const item = anInstanceItem({ more: { [key]: undefined } })
      const fact = key === 'instanceState' ? 'state' : key
      expect(launchOf(aRunInstancesRecord({ instances: [item] })).instances[0]).not.toHaveProperty(fact)
    },
  )

  test('has ENA off only if the record says so', () => {
    const launch = launchOf(aRunInstancesRecord({ instances: [anInstanceItem({ enaSupport: false })] }))
    expect(launch.instances[0]?.enaSupport).toBe(false)
  })

  test.each([
    [{ bootMode: 'uefi' }, 'uefi'],
    [{ bootMode: 'uefi-preferred' }, 'uefi-preferred'],
    [{ bootMode: null }, 'unset'],
    [{ bootMode: 'coreboot' }, undefined],
  ])('with %j has boot mode %s', (more, bootMode) => {
    expect(launchOf(aRunInstancesRecord({ instances: [anInstanceItem({ more })] })).instances[0]?.bootMode).toBe(
      bootMode,
    )
  })

  test.each([
    [{}, {}, 'on-demand'],
    [{ instanceLifecycle: 'spot' }, {}, 'spot'],
    [{ instanceLifecycle: 'scheduled' }, {}, 'scheduled'],
    [{ instanceLifecycle: 'capacity-block' }, {}, undefined],
    [{ spotInstanceRequestId: 'sir-1' }, {}, 'spot'],
    [{}, { instanceMarketOptions: { marketType: 'spot' } }, 'spot'],
  ])('of an item with %j, requested with %j, is %s', (more, asked, lifecycle) => {
    const request = aLaunchRequest({ more: asked })
    const launch = launchOf(aRunInstancesRecord({ request, instances: [anInstanceItem({ more })] }))
    expect(launch.instances[0]?.lifecycle).toBe(lifecycle)
  })

  test.each([
    [{ managed: true, principal: 'eks.amazonaws.com' }, 'eks.amazonaws.com'],
    [{ managed: true }, 'unnamed'],
    [{ managed: false }, undefined],
    [null, undefined],
  ])('with operator %j is managed by %s', (operator, managedBy) => {
    const launch = launchOf(aRunInstancesRecord({ instances: [anInstanceItem({ more: { operator } })] }))
    expect(launch.instances[0]?.managedBy).toBe(managedBy)
  })

  test('is protected from stops if the request asked for it, and unknown if the request is silent', () => {
    const stopProtected = (disableApiStop: unknown) =>
      launchOf(aRunInstancesRecord({ request: aLaunchRequest({ more: { disableApiStop } }) })).instances[0]
        ?.stopProtected
    expect([true, false, undefined, null].map(stopProtected)).toEqual([true, false, undefined, undefined])
  })

  test('reads a set whose members stand under `item`', () => {
    const record = { ...aRunInstancesRecord(), responseElements: { instancesSet: { item: [anInstanceItem()] } } }
    expect(launchOf(record).instances).toHaveLength(1)
  })

  test('takes the tags of the request if the instance has none in the record', () => {
    const instances = [anInstanceItem({ more: { tagSet: undefined } })]
    const request = aLaunchRequest({ tags: { 'aws:cloudformation:stack-name': 'shop' } })
    const launch = launchOf(aRunInstancesRecord({ instances, request }))
    expect(launch.instances[0]?.tags).toEqual({ 'aws:cloudformation:stack-name': 'shop' })
    expect(launch.actor.stack).toBe('shop')
  })

  test('reads `{}` as an empty collection, everywhere a collection may be', () => {
    const tagSpecificationSet = { items: [{ resourceType: 'instance', tags: {} }] }
    const request = aLaunchRequest({ more: { tagSpecificationSet } })
    const instances = [anInstanceItem({ more: { tagSet: undefined } })]
    const launch = launchOf(aRunInstancesRecord({ instances, request, more: { resources: {} } }))
    expect(launch).not.toHaveProperty('unlisted')
    expect(launch.instances[0]?.tags).toEqual({})
  })

  test('takes no tags that the request gives to volumes', () => {
    const tagSpecificationSet = { items: [{ resourceType: 'volume', tags: [{ key: 'a', value: 'b' }] }] }
    const request = aLaunchRequest({ more: { tagSpecificationSet } })
    const instances = [anInstanceItem({ more: { tagSet: undefined } })]
    expect(launchOf(aRunInstancesRecord({ instances, request })).instances[0]).not.toHaveProperty('tags')
  })

  test('knows that an instance has no tags', () => {
    expect(launchOf(aRunInstancesRecord({ instances: [anInstanceItem({ tags: {} })] })).instances[0]?.tags).toEqual({})
  })

  test('is not disturbed by tags that are named like parts of JavaScript', () => {
    const tags = JSON.parse('{"__proto__":"polluted","constructor":"c","toString":"t"}')
    const read = launchOf(JSON.parse(JSON.stringify(aRunInstancesRecord({ instances: [anInstanceItem({ tags })] }))))
    expect(Object.entries(read.instances[0]?.tags ?? {})).toEqual(Object.entries(tags))
    expect({}).not.toHaveProperty('polluted')
    expect(Object.prototype.toString.call({})).toBe('[object Object]')
    expect(
      launchOf(aRunInstancesRecord({ instances: [anInstanceItem({ tags: {} })] })).instances[0]?.tags?.['constructor'],
    ).toBeUndefined()
  })
})

describe('the id of a launch', () => {
  const withoutResponse = { responseElements: null }

  test('is the reservation, whatever the event id', () => {
    const launch = launchOf({ ...aRunInstancesRecord({ eventID: 'late' }), addendum: { reason: 'DELIVERY_DELAY' } })
    expect(launch.launchId).toBe('r-0123456789abcdef0')
  })

  test('is else the client token, whatever the event id', () => {
    const [first, again] = ['first', 'again'].map(eventID =>
      launchOf(aRunInstancesRecord({ eventID, more: withoutResponse })),
    )
    expect(first?.launchId).toBe('8945829d-0ef6-470d-bbfd-ea5bb2d82fdb')
    expect(again?.launchId).toBe(first?.launchId)
  })

  test.each(['r-0123456789abcdef0', 'i-0123456789abcdef0', 'sweep-1', 'digest-1', 'token-r-1'])(
    'is never a client token that could be mistaken for another id: %s',
    clientToken => {
      const request = aLaunchRequest({ clientToken })
      expect(launchOf(aRunInstancesRecord({ request, more: withoutResponse })).launchId).toBe(`token-${clientToken}`)
    },
  )

  test('is else the event id', () => {
    const request = aLaunchRequest({ more: { clientToken: undefined } })
    expect(launchOf(aRunInstancesRecord({ request, more: withoutResponse })).launchId).toBe(
      '11111111-2222-4333-8444-555555555555',
    )
  })
})

const spot = (spotOptions: object) => ({ instanceMarketOptions: { marketType: 'spot', spotOptions } })

describe('the Spot request of a launch', () => {
  test.each([
    ['one-time if it says so', spot({ spotInstanceType: 'one-time' }), 'one-time'],
    ['persistent if it says so', spot({ spotInstanceType: 'persistent' }), 'persistent'],
    ['one-time if it says nothing', spot({}), 'one-time'],
    ['not known if it says something else', spot({ spotInstanceType: 'other' }), undefined],
    ['not known if its template may say it', { ...spot({}), ...fromTemplate('lt-0abc', '4') }, undefined],
    [
      'what it says itself if its template may say something else',
      { ...spot({ spotInstanceType: 'persistent' }), ...fromTemplate('lt-0abc', '4') },
      'persistent',
    ],
  ])('is %s', (_, more, spotRequest) => {
    const launch = launchOf(aRunInstancesRecord({ request: aLaunchRequest({ more }) }))
    expect(launch.instances[0]).toMatchObject({ lifecycle: 'spot' })
    expect(launch.instances[0]?.spotRequest).toBe(spotRequest)
  })
})

describe('a launch whose response is omitted', () => {
  test('is not known to be Spot if a template made it, because the template may have said what owns it', () => {
    const more = { ...spot({ spotInstanceType: 'persistent' }), ...fromTemplate('lt-0abc', '4') }
    const launch = launchOf({ ...aRunInstancesRecord({ request: aLaunchRequest({ more }) }), responseElements: null })
    expect(launch.unlisted?.requested).toMatchObject({ spotRequest: 'persistent' })
    expect(launch.unlisted?.requested).not.toHaveProperty('lifecycle')
  })

  test.each([[null], [undefined], [{}], [{ omitted: true }], [{ requestId: 'x', instancesSet: {} }]])(
    'as %j is known by its resources and its request',
    responseElements => {
      const launch = launchOf({ ...aLargeLaunch(['i-01', 'i-02']), responseElements })
      expect(launch.instances).toEqual([])
      expect(launch.unlisted).toEqual({
        instanceIds: ['i-01', 'i-02'],
        clientToken: '8945829d-0ef6-470d-bbfd-ea5bb2d82fdb',
        requested: {
          imageId: 'ami-0abcdef1234567890',
          instanceType: 't3.micro',
          stopProtected: false,
          tags: { Name: 'web' },
        },
      })
    },
  )

  test('has nothing to be found by if its request is omitted, too', () => {
    const launch = launchOf(
      aRunInstancesRecord({ more: { requestParameters: { omitted: true }, responseElements: null } }),
    )
    expect(launch.unlisted).toEqual({ instanceIds: [], requested: {} })
  })

  test('takes the ids of instances only', () => {
    const resources = [
      { type: 'AWS::EC2::Volume', ARN: 'arn:aws:ec2:us-east-1:123456789012:volume/vol-1' },
      { type: 'AWS::EC2::Instance', arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-03' },
      { type: 'AWS::EC2::Instance' },
    ]
    expect(
      launchOf(aRunInstancesRecord({ more: { responseElements: null, resources } })).unlisted?.instanceIds,
    ).toEqual(['i-03'])
  })

  test.each(['arn:aws:ec2:eu-west-1:123456789012:instance/i-04', 'arn:aws:ec2:us-east-1:210987654321:instance/i-04'])(
    'takes no id of another account or region: %s',
    ARN => {
      const resources = [{ type: 'AWS::EC2::Instance', ARN }]
      const record = aRunInstancesRecord({ more: { responseElements: null, resources } })
      expect(launchOf(record).unlisted?.instanceIds).toEqual([])
    },
  )

  test('takes the actor from the tags of the request', () => {
    const request = aLaunchRequest({ tags: { 'aws:autoscaling:groupName': 'web' } })
    expect(launchOf(aLargeLaunch(['i-01'], { request })).actor.autoScalingGroup).toBe('web')
  })
})

describe('a response that lists fewer instances than the resources', () => {
  const resources = aLargeLaunch(['i-0123456789abcdef0', 'i-02'])['resources']

  test('leaves the others unlisted', () => {
    const launch = launchOf(aRunInstancesRecord({ more: { resources } }))
    expect(launch.instances.map(({ instanceId }) => instanceId)).toEqual(['i-0123456789abcdef0'])
    expect(launch.unlisted?.instanceIds).toEqual(['i-02'])
  })

  test('leaves none unlisted if it lists them all', () => {
    const instances = [anInstanceItem(), anInstanceItem({ instanceId: 'i-02' })]
    expect(launchOf(aRunInstancesRecord({ instances, more: { resources } }))).not.toHaveProperty('unlisted')
  })
})

describe('an envelope', () => {
  test('overrides the account and region of its record', () => {
    const launch = launchOf(anEnvelope(aRunInstancesRecord(), { account: '210987654321', region: 'eu-west-1' }))
    expect([launch.accountId, launch.region]).toEqual(['210987654321', 'eu-west-1'])
    expect(launch.event.id).toBe('11111111-2222-4333-8444-555555555555')
  })
})
