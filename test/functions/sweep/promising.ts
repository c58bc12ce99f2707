import { parsePolicy } from '../../../shared/policy/load.ts'
import type { Code, Reason } from '../../../shared/reasons/reason.ts'
import { PLACE } from '../../support/findings.ts'
import { aPvMachine, aSweepWorld, idOf, type Options, type SweepWorld } from './world.ts'

export const PV = 'paravirtual-instance'
export const QUIET =
  'xen-hypervisor: { mode: off }, incompatible-image: { mode: off }, ena-disabled: { mode: off }, instance-family: { mode: off }'
export const policy = (stop: string, mode = 'enforce') =>
  parsePolicy(`version: 1\nrules: { ${PV}: { mode: ${mode} }, ${QUIET} }\nstop: { ${stop} }`, 'p')

export const DEFAULTS = policy('grace: 15m')
export const EXISTING = policy('grace: 15m, existing: true')
export const WAITING = policy('grace: 15m, budget: { stops: 2, per: 10m, then: wait }')
export const RESUMING = policy('grace: 15m, resume: sweep')
export const DAY = 86_400

export const sweep = async (world: SweepWorld, later = DAY): Promise<void> => {
  world.pass(later)
  world.start()
  await world.run()
}

export const aWorld = (options: Partial<Options> = {}) =>
  aSweepWorld({ machines: [aPvMachine(0)], policy: DEFAULTS, canStop: true, ...options })

export const stateOf = (world: SweepWorld, index = 0): string | undefined =>
  world.rows().find(({ pk, sk }) => pk.endsWith(idOf(index)) && sk === PV)?.state

export const promised = ({ alerts }: SweepWorld): readonly string[] =>
  alerts.flatMap(({ stops = [] }) => stops.flatMap(({ at, resources }) => resources.map(id => `${id} ${at}`)))

export const SINCE = '2026-11-24T08:00:00Z'
export const REASONS = {
  BUDGET_SPENT: { code: 'BUDGET_SPENT', args: { stops: 2, perSeconds: 600 } },
  STOPS_DISABLED: { code: 'STOPS_DISABLED', args: { graceSeconds: 900 } },
  POLICY_INVALID: { code: 'POLICY_INVALID' },
  STARTED_AFTER_DUE: { code: 'STARTED_AFTER_DUE', args: { launchTime: SINCE } },
  RULE_OBSERVES: { code: 'RULE_OBSERVES', args: { graceSeconds: 900 } },
  RULE_OFF: { code: 'RULE_OFF' },
  STOP_PROTECTED: { code: 'STOP_PROTECTED' },
  EC2_REFUSED: { code: 'EC2_REFUSED', args: { error: 'UnsupportedOperation', message: 'no' } },
  VERDICT_UNKNOWN: { code: 'VERDICT_UNKNOWN' },
} as const satisfies Partial<Record<Code, Reason>>
export type Refusal = keyof typeof REASONS

/** Alerted by a sweep, promised a stop by hand, and that refused. */
export const refused = async (code: Refusal, options: Partial<Options> = {}): Promise<SweepWorld> => {
  const world = aWorld(options)
  await sweep(world, 0)
  world.refuse(REASONS[code])
  return world
}

export const promise = (more: object = {}, ids = [idOf(0)]): string =>
  JSON.stringify({ kind: 'promise', ...PLACE, findings: ids.map(resourceId => ({ resourceId, rule: PV })), ...more })
