/** Records to replay, and what the command makes of them. */
import type { Finding } from '../../shared/engine/finding.ts'
import { anInstanceItem, aRunInstancesRecord } from '../support/builders.ts'
import { virtguard } from './run-cli.ts'

export const PV_ID = 'i-0aaaaaaaaaaaaaaaa'
export const pv = (more = {}) =>
  aRunInstancesRecord({
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
export const hvm = () => aRunInstancesRecord({ instances: [anInstanceItem({ instanceType: 'm7i.large' })] })

export const findings = (ndjson: string): Finding[] =>
  ndjson.split('\n').flatMap(line => (line === '' ? [] : JSON.parse(line)))
export const rulesIn = (ndjson: string): string[] => findings(ndjson).map(({ rule }) => rule)
export const replayText = (text: string | Buffer, ...args: string[]) =>
  virtguard(['replay', '-', ...args], { stdin: text })

export const PV_LINE = JSON.stringify(pv())
