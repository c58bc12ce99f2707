/** A service that launched an instance, and is named by one record only, among everything else that may happen to it. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePolicy } from '../../shared/policy/load.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import { idOf } from '../functions/enforce/machines.ts'
import {
  anEnvelope,
  anInstanceItem,
  aRunInstancesRecord,
  aRunningNotification,
  aStartInstancesRecord,
} from '../support/builders.ts'
import { PLACE } from '../support/findings.ts'
import { promiseLater } from './promise-later.ts'
import { anInstance, aStage } from './stage.ts'

const OWN = idOf(0)
const SERVICE = 'batch.amazonaws.com'
const RULES = ['paravirtual-instance', 'instance-family'] as const

const item = anInstanceItem({ instanceId: OWN, instanceType: 'm1.small', virtualizationType: 'paravirtual' })

const record = anEnvelope(
  aRunInstancesRecord({
    instances: [item],
    more: {
      userIdentity: { type: 'AWSService', accountId: '123456789012', invokedBy: SERVICE },
      sourceIPAddress: SERVICE,
      userAgent: SERVICE,
    },
  }),
)

type Modes = Readonly<Record<(typeof RULES)[number], 'enforce' | 'observe' | 'off'>>

const createPolicy = (modes: Modes, exempt: boolean): Policy =>
  parsePolicy(
    `version: 1
rules:
  paravirtual-instance: { mode: "${modes['paravirtual-instance']}" }
  instance-family: { mode: "${modes['instance-family']}", deny: ["m1.*"] }
  xen-hypervisor: { mode: "off" }
  incompatible-image: { mode: "off" }
stop: { grace: 5m, existing: true, resume: sweep, budget: { stops: 5, per: 10m, then: wait } }
${exempt ? `exemptions: [{ rule: "*", match: { instanceId: ${OWN} }, reason: moves, owner: x, expires: 2027-12-31 }]` : ''}
`,
    'policy.yaml',
  )

const MODES = fc.record({
  'paravirtual-instance': fc.constantFrom('enforce', 'observe', 'off'),
  'instance-family': fc.constantFrom('enforce', 'observe', 'off'),
} as const)

/** Nobody can know the service who has seen its record when no rule looked at the instance. */
const SOME_MODES = MODES.filter(modes => Object.values(modes).some(mode => mode !== 'off'))

type UserAction =
  | { readonly kind: 'apply'; readonly modes: Modes; readonly exempt: boolean }
  | { readonly kind: 'notify' | 'restart' | 'start' | 'record' | 'retry' | 'wait' }

const USER_ACTIONS: fc.Arbitrary<UserAction> = fc.oneof(
  fc.record({ kind: fc.constant('apply' as const), modes: MODES, exempt: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('notify', 'restart', 'start', 'record', 'retry', 'wait') }),
)

const formatTime = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

const aHistory = (modes: Modes, exempt: boolean) => {
  const policy = { ...createPolicy(modes, exempt) }
  const stage = aStage({ fleet: [anInstance(0)], policy })
  const { world } = stage
  const comeUp = (): string => {
    world.pass(3_600)
    const machine = world.known.get(OWN)
    if (machine !== undefined)
      machine.described = { ...machine.described, LaunchTime: world.now(), State: { Name: 'running' } }
    return formatTime(world.now())
  }
  const retry = async (): Promise<void> => {
    const findings = RULES.map(rule => ({ resourceId: OWN, rule }))
    await promiseLater({ kind: 'promise', ...PLACE, findings }, world, policy)
    await stage.confirm()
  }
  const act = async (action: UserAction): Promise<void> => {
    if (action.kind === 'apply') {
      const next = createPolicy(action.modes, action.exempt)
      Object.assign(policy, next)
    }
    if (action.kind === 'notify')
      await stage.report(aRunningNotification({ instanceId: OWN, time: formatTime(world.now()) }))
    if (action.kind === 'restart') await stage.report(aRunningNotification({ instanceId: OWN, time: comeUp() }))
    if (action.kind === 'start')
      await stage.report(anEnvelope(aStartInstancesRecord({ instanceIds: [OWN], time: comeUp() })))
    if (action.kind === 'record') await stage.report(record)
    if (action.kind === 'retry') await retry()
    if (action.kind === 'wait') await stage.letTimePass()
  }
  const countPromises = (): number => stage.alerts().reduce((sum, { stops = [] }) => sum + stops.length, 0)
  return { stage, act, countPromises }
}

test('an instance of a service is promised no stop, and not stopped, once a record has named the service', () =>
  fc.assert(
    fc.asyncProperty(
      SOME_MODES,
      fc.boolean(),
      fc.array(fc.constantFrom('notify', 'wait', 'restart'), { maxLength: 2 }),
      fc.array(USER_ACTIONS, { minLength: 1, maxLength: 8 }),
      async (modes, exempt, before, after) => {
        const { stage, act, countPromises } = aHistory(modes, exempt)
        for (const kind of before) await act({ kind })
        await act({ kind: 'record' })
        const [promises, stops] = [countPromises(), stage.stopped().length]
        for (const action of after) await act(action)
        await stage.letTimePass()
        expect([countPromises(), stage.stopped().length]).toEqual([promises, stops])
      },
    ),
    { numRuns: 60 },
  ))
