import { parsePolicy } from '../../../shared/policy/load.ts'
import type { Policy } from '../../../shared/policy/policy.ts'
import type { Machine } from '../../support/cloud/ec2.ts'

export const POLICY: Policy = parsePolicy(
  `version: 1
rules:
  paravirtual-instance: { mode: enforce }
  instance-family: { mode: enforce, deny: ["m1.*"] }
  xen-hypervisor: { mode: "off" }
  incompatible-image: { mode: "off" }
  ena-disabled: { mode: "off" }
stop: { grace: 5m, budget: { stops: 5, per: 10m } }
`,
  'policy.yaml',
)

export const idOf = (index: number): string => `i-${String(index).padStart(17, '0')}`

/** A PV instance of a refused family: two rules ask for its stop. */
export const aMachine = (id: string, more: Partial<Machine['described']> = {}): Machine => ({
  described: {
    InstanceId: id,
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 'm1.small',
    VirtualizationType: 'paravirtual',
    Architecture: 'x86_64',
    RootDeviceType: 'ebs',
    State: { Name: 'running' },
    Tags: [],
    ...more,
  },
})
