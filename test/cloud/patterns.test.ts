import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ListRulesCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge'
import { beforeAll, expect, test } from '@jest/globals'
import { listEventKinds } from '../../infra/settings/derived.ts'
import type { Envelope } from '../../local/carry.ts'
import { ROOT } from '../../local/root.ts'
import { EVENT_KINDS, type EventKind } from '../../shared/facts/event.ts'
import { listSubscriptions } from '../../shared/facts/event-patterns.ts'
import { readEvent } from '../../shared/facts/read-event.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import * as builders from '../support/builders.ts'
import { REFUSALS } from '../support/refusals.ts'
import * as refusals from '../support/refused.ts'
import { describeCloud, type TestCloud, theCloud } from './cloud.ts'

const { anEnvelope } = builders

/** The rules of later presets are off in the policy of the local cloud. */
const KINDS = listEventKinds(DEFAULT_POLICY)
const isSubscribed = (kind: string): boolean => KINDS.some(one => one === kind)

const RECORDED = path.join(ROOT, '..', 'shared', 'events')

describeCloud('event patterns of the deployed rules', () => {
  let cloud: TestCloud
  let patterns: readonly (readonly [EventKind, string])[]
  beforeAll(async () => {
    cloud = theCloud()
    const { Rules = [] } = await cloud.clients.events.send(new ListRulesCommand({}))
    patterns = Rules.map(({ Description, EventPattern = '' }) => {
      const kind = EVENT_KINDS.find(one => Description?.includes(`: ${one} events`))
      if (!kind) throw new Error(`a rule is of no kind: ${Description}`)
      return [kind, EventPattern] as const
    })
  })

  /** The kind of every rule that matches, asked of the emulator with the patterns that are deployed. */
  const matched = async (envelope: Envelope): Promise<readonly EventKind[]> => {
    const Event = JSON.stringify(envelope)
    const asked = await Promise.all(
      [...patterns].map(async ([kind, EventPattern]) => {
        const { Result } = await cloud.clients.events.send(new TestEventPatternCommand({ EventPattern, Event }))
        return Result ? [kind] : []
      }),
    )
    return asked.flat()
  }

  test('the stack has the rules of every subscription of its policy', () => {
    const subscribed = listSubscriptions(KINDS).map(({ kind }) => kind)
    expect(patterns.map(([kind]) => kind).sort()).toEqual(subscribed.sort())
  })

  const image = { errorCode: 'Client.InvalidAMIID.NotFound', errorMessage: 'no' }
  test.each<readonly [string, Envelope, readonly EventKind[]]>([
    ['a launch', anEnvelope(builders.aRunInstancesRecord()), ['launch']],
    ['a launch without a response', anEnvelope(builders.aLargeLaunch(['i-0123456789abcdef0'])), ['launch']],
    ['a dry run', anEnvelope(builders.aRefusedLaunch({ errorCode: 'Client.DryRunOperation' })), []],
    ['a launch beyond a limit', anEnvelope(builders.aRefusedLaunch({ errorCode: 'Client.VcpuLimitExceeded' })), []],
    ['a registration', anEnvelope(builders.aRegisterImageRecord()), ['image']],
    ['a copy', anEnvelope(builders.aCopyImageRecord()), ['image']],
    ['a registration that failed', anEnvelope(builders.aRegisterImageRecord({ more: image })), []],
    ['a start', anEnvelope(builders.aStartInstancesRecord()), ['start']],
    ['an instance that runs', builders.aRunningNotification(), ['running']],
    ['an instance that stops', builders.aRunningNotification({ state: 'stopping' }), []],
    ['a launch elsewhere than EC2', { ...anEnvelope(builders.aRunInstancesRecord()), source: 'custom' }, []],
    ['a start refused', builders.anEnvelope(refusals.aRefusedStart()), ['refused-launch']],
    ['a resize refused', builders.anEnvelope(refusals.aRefusedResize()), ['refused-launch']],
    ['a fleet with a refused pair', builders.anEnvelope(refusals.aRefusedFleet()), ['refused-launch']],
    ['a group refused', refusals.aRefusedGroup(), ['refused-launch']],
    ['a group that cannot launch', refusals.aFailedGroupLaunch(), ['refused-launch']],
    ['a node group refused', refusals.aRefusedNodeGroup(), ['refused-launch']],
    ['a group beyond a limit', refusals.aFailedGroupLaunch({ StatusMessage: 'Max spot instance count exceeded.' }), []],
    ...Object.entries(REFUSALS).map(
      ([name, refusal]) =>
        [`a refusal: ${name}`, anEnvelope(builders.aRefusedLaunch(refusal)), ['refused-launch']] as const,
    ),
  ])('the event %s goes to its queue or to none', async (_name, envelope, kinds) => {
    expect(await matched(envelope)).toEqual(kinds)
  })

  const present = existsSync(RECORDED)
  const recorded = present || process.env['CI'] ? test : test.skip
  recorded(
    'every recorded event that can be decided goes to the one rule of its kind, and no other event anywhere',
    async () => {
      expect(present).toBe(true)
      let launches = 0
      for (const name of readdirSync(RECORDED).filter(file => file.endsWith('.json'))) {
        const value: Envelope = JSON.parse(readFileSync(path.join(RECORDED, name), 'utf8'))
        // Records of today have an id; some of the oldest do not.
        const envelope = value['detail-type'] ? value : anEnvelope({ eventID: randomUUID(), ...value })
        const { kind } = readEvent(envelope)
        expect([name, await matched(envelope)]).toEqual([name, isSubscribed(kind) ? [kind] : []])
        if (kind === 'launch') launches += 1
      }
      expect(launches).toBeGreaterThan(20)
    },
  )
})
