/** Records to replay, and what the command makes of them. */
import type { Finding } from '../../shared/engine/finding.ts'
import { anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { virtguard } from './run-cli.ts'

export const PV_ID = 'i-0aaaaaaaaaaaaaaaa'
let events = 0
/** An event of its own: one that is reported twice is evaluated once. */
const newEvent = () => ({ eventID: `0ea3f05a-066c-43f9-8869-${String(++events).padStart(12, '0')}` })

export const pv = (more = {}) =>
  aRunInstancesRecord({
    more: newEvent(),
    instances: [
      anInstanceItem({
        instanceId: PV_ID,
        instanceType: 'm3.medium',
        virtualizationType: 'paravirtual',
        enaSupport: false,
        ...more,
      }),
    ],
  })
export const hvm = () =>
  aRunInstancesRecord({ more: newEvent(), instances: [anInstanceItem({ instanceType: 'm7i.large' })] })

export const findings = (ndjson: string): Finding[] =>
  ndjson.split('\n').flatMap(line => (line === '' ? [] : JSON.parse(line)))
export const rulesIn = (ndjson: string): string[] => findings(ndjson).map(({ rule }) => rule)
export const replayText = (text: string | Buffer, ...args: string[]) =>
  virtguard(['replay', '-', ...args], { stdin: text })

/** A record of its own at each call. */
export const pvLine = (): string => JSON.stringify(pv())

export const PV_LINE = pvLine()
