import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Ec2Event } from '../../shared/facts/event.ts'
import { readEvent } from '../../shared/facts/read-event.ts'

/** Recorded events of others: read where they are, and never copied. */
const FOLDER = join(__dirname, '../../../shared/events')
const there = existsSync(FOLDER)
const whereThere = there || process.env['CI'] ? test : test.skip

const files = (): string[] =>
  readdirSync(FOLDER)
    .filter(name => name.endsWith('.json'))
    .sort()

const read = (name: string): Ec2Event => readEvent(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))

const LAUNCHES = [
  'RunInstances.cloud-custodian.01',
  'RunInstances.cloud-custodian.02',
  'RunInstances.cloud-custodian.03',
  'RunInstances.grycap.01',
  'RunInstances.invictus-ir.03',
  'RunInstances.invictus-ir.04',
  'RunInstances.log2timeline.01',
  'RunInstances.panther-labs.01',
  'RunInstances.panther-labs.03',
  'RunInstances.panther-labs.04',
  'RunInstances.panther-labs.06',
  'RunInstances.panther-labs.07',
  'RunInstances.panther-labs.08',
  'RunInstances.panther-labs.09',
  'RunInstances.panther-labs.11',
  'RunInstances.rubysoho07.01',
  'RunInstances.rubysoho07.02',
  'RunInstances.zalando-stups.01',
  'RunInstances.zalando-stups.02',
  'RunInstances.zalando-stups.03',
  'RunInstances.zalando-stups.04',
  'RunInstances.zalando-stups.05',
  'RunInstances.zalando-stups.06',
  'RunInstances.zalando-stups.07',
  'RunInstances.zalando-stups.08',
  'RunInstances.zalando-stups.09',
  'RunInstances.zalando-stups.10',
  'RunInstances.zalando-stups.11',
]
/** Launches that their publishers stripped of the response: what a launch of many instances looks like. */
const WITHOUT_RESPONSE = [
  'RunInstances.zalando-stups.02',
  'RunInstances.zalando-stups.04',
  'RunInstances.zalando-stups.07',
]
const DRY_RUNS = [
  'RunInstances.ERR-DryRunOperation.panther-labs.05',
  'RunInstances.ERR-DryRunOperation.panther-labs.10',
]
const REFUSED_OTHERWISE = [
  'RunInstances.ERR-InvalidParameterValue.invictus-ir.01',
  'RunInstances.ERR-InvalidParameterValue.invictus-ir.02',
  'RunInstances.ERR-InvalidParameterValue.invictus-ir.05',
  'RunInstances.ERR-InvalidParameterValue.invictus-ir.06',
  'RunInstances.ERR-UnauthorizedOperation.panther-labs.02',
  'RunInstances.ERR-VcpuLimitExceeded.invictus-ir.07',
  'RunInstances.ERR-VcpuLimitExceeded.invictus-ir.08',
]

describe('the recorded events', () => {
  const all = () => files().map(name => ({ name: name.replace(/\.json$/, ''), event: read(name) }))
  const named = (wanted: (event: Ec2Event) => boolean) =>
    all()
      .filter(({ event }) => wanted(event))
      .map(({ name }) => name)

  whereThere('are all there and can all be read', () => {
    expect(all()).toHaveLength(73)
  })

  whereThere('hold these launches', () => {
    expect(named(event => event.kind === 'launch')).toEqual(LAUNCHES)
  })

  whereThere('hold these launches without a list of instances', () => {
    expect(named(event => event.kind === 'launch' && event.unlisted !== undefined)).toEqual(WITHOUT_RESPONSE)
    expect(named(event => event.kind === 'launch' && event.instances.length === 0)).toEqual(WITHOUT_RESPONSE)
  })

  whereThere('hold one image, and neither a misfit nor a running instance', () => {
    expect(named(event => event.kind === 'image')).toEqual(['RegisterImage.invictus-ir.01'])
    expect(named(event => event.kind === 'refused-launch' || event.kind === 'running')).toEqual([])
  })

  whereThere('hold these dry runs and these other refusals', () => {
    const because = (words: string) => named(event => event.kind === 'ignored' && event.why.startsWith(words))
    expect(because('a dry run')).toEqual(DRY_RUNS)
    expect(because('refused for another reason')).toEqual(REFUSED_OTHERWISE)
  })

  whereThere(
    'hold 3 starts, 6 changes of state, a launch configuration, a group and 24 events that are not ours, besides',
    () => {
      expect(named(event => event.kind === 'start')).toEqual([
        'StartInstances.datadog.01',
        'StartInstances.panther-labs.01',
        'StartInstances.zalando-stups.01',
      ])
      const reasons = all().flatMap(({ event }) => (event.kind === 'ignored' ? [event.why] : []))
      expect(reasons.filter(why => why.startsWith('an instance in state'))).toHaveLength(6)
      expect(reasons.filter(why => why.startsWith('not a launch, a start or an image'))).toHaveLength(24)
      expect(named(event => event.kind === 'template')).toEqual([
        'CreateAutoScalingGroup.grycap.01',
        'CreateLaunchConfiguration.awsdocs.01',
      ])
    },
  )

  whereThere('hold exactly one paravirtual instance', () => {
    const paravirtual = all().flatMap(({ name, event }) =>
      event.kind === 'launch'
        ? event.instances.filter(({ virtualizationType }) => virtualizationType === 'paravirtual').map(i => [name, i])
        : [],
    )
    expect(paravirtual).toEqual([
      [
        'RunInstances.grycap.01',
        expect.objectContaining({ instanceId: 'i-069954d7c5578441f', instanceType: 't1.micro', bootMode: 'unset' }),
      ],
    ])
    expect(paravirtual[0]?.[1]).not.toHaveProperty('enaSupport')
  })

  whereThere('hold an image that is paravirtual because nobody said otherwise', () => {
    const image = read('RegisterImage.invictus-ir.01.json')
    expect(image).toMatchObject({
      kind: 'image',
      subject: { image: { virtualizationType: 'paravirtual', enaSupport: false, bootMode: 'unset' } },
    })
  })

  whereThere('say for whom the fleet of a node group was launched', () => {
    expect(read('RunInstances.panther-labs.01.json')).toMatchObject({
      actor: {
        via: 'autoscaling.amazonaws.com',
        autoScalingGroup: expect.stringMatching(/^eks-ng-/),
        launchTemplate: 'lt-07a0b5cea4ece8ffd:1',
        fleet: expect.stringMatching(/^fleet-/),
        cluster: 'k8s-goat-cluster',
      },
    })
  })

  whereThere('are read alike in an envelope, whose account and region win', () => {
    for (const name of [...LAUNCHES, ...DRY_RUNS, ...REFUSED_OTHERWISE]) {
      const record = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
      const bare = readEvent(record)
      const envelope = { 'detail-type': 'AWS API Call via CloudTrail', account: '210987654321', region: 'xx-far-9' }
      const moved = bare.kind === 'ignored' ? bare : { ...bare, accountId: '210987654321', region: 'xx-far-9' }
      expect(readEvent({ ...envelope, detail: record })).toEqual(moved)
    }
  })
})
