import { createPassedInstances } from '../../functions/evaluate/passed.ts'
import type { Ec2Reader, Ports } from '../../functions/evaluate/ports.ts'
import type { SnsMessage } from '../../shared/alert/sns-message.ts'
import { addTypes, loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import type { InstanceFacts } from '../../shared/facts/facts.ts'
import { areSiblings, getMessageId } from '../../shared/ledger/claimant.ts'
import { type Claim, type Claiming, LEASE_SECONDS, type State } from '../../shared/ledger/row.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'

type ModelRow = { state: State; status: string; claimant: string; leaseUntil: number; launchId: string }

/** The promises of the ledger, in a few lines: the model with which the real one is compared. */
export const modelLedger = () => {
  const rows = new Map<string, ModelRow>()
  const mayWrite = (row: ModelRow | undefined, finding: Finding, { claimant, now }: Claim): boolean => {
    if (row === undefined) return true
    if (finding.workflow === 'SUPPRESSED') return false
    if (row.state === 'SUPPRESSED') return true
    if (row.status === 'UNKNOWN' && finding.status === 'FAILED') return true
    const isLess = row.status === 'FAILED' && finding.status === 'UNKNOWN'
    if (isLess && getMessageId(row.claimant) !== getMessageId(claimant)) return false
    return row.state === 'NEW' && (row.claimant === claimant || row.leaseUntil < now.getTime() / 1000)
  }
  const claim = async (findings: readonly Finding[], by: Claim): Promise<Claiming> => {
    const beingAlerted = findings.some(({ id }) => {
      const row = rows.get(id)
      const isHeld = row?.state === 'NEW' && row.leaseUntil >= by.now.getTime() / 1000
      return isHeld && areSiblings(row.claimant, by.claimant)
    })
    const wasEmpty = findings.every(({ id }) => !rows.has(id))
    const ours = findings.filter(finding => mayWrite(rows.get(finding.id), finding, by))
    for (const { id, status, workflow } of ours) {
      const state = workflow === 'SUPPRESSED' ? 'SUPPRESSED' : 'NEW'
      const leaseUntil = Math.floor(by.now.getTime() / 1000) + LEASE_SECONDS
      rows.set(id, { state, status, claimant: by.claimant, leaseUntil, launchId: by.launchId })
    }
    const release = async (): Promise<void> => {
      for (const { id } of ours) {
        const row = rows.get(id)
        if (row?.claimant === by.claimant) row.leaseUntil = 0
      }
    }
    return { ours: ours.filter(({ workflow }) => workflow === 'NEW'), beingAlerted, isFirst: wasEmpty, release }
  }
  const confirm = (finding: Finding, claimant: string): void => {
    const row = rows.get(finding.id)
    if (row?.state === 'NEW' && row.claimant === claimant) row.state = 'ALERTED'
  }
  return { rows, claim, confirm }
}

const refuse = (what: string) => async (): Promise<never> => {
  throw new Error(`unexpected call: ${what}`)
}

/** An EC2 that must not be asked. */
export const silentEc2: Ec2Reader = {
  instances: refuse('DescribeInstances'),
  images: refuse('DescribeImages'),
  types: refuse('DescribeInstanceTypes'),
  templates: refuse('DescribeLaunchTemplateVersions'),
}

/** An EC2 that knows these instances and nothing else. Any other call is an error. */
export const ec2With = (instances: readonly InstanceFacts[], more: Partial<Ec2Reader> = {}): Ec2Reader => ({
  ...silentEc2,
  instances: async (by, values) => ({
    ok: true,
    facts: instances.filter(({ instanceId, reservationId }) =>
      values.includes((by === 'instance-id' ? instanceId : reservationId) ?? ''),
    ),
  }),
  ...more,
})

/**
 * Ports with the default policy, an EC2 that must not be asked and a ledger that works. They keep what was published
 * and counted.
 */
export const somePorts = (more: Partial<Ports> = {}) => {
  let types = loadCatalogue()
  const published: SnsMessage[] = []
  const counted: string[] = []
  const logged: string[] = []
  const handedOver: string[] = []
  const heard: string[] = []
  const ledger = modelLedger()
  const ports: Ports = {
    policy: DEFAULT_POLICY,
    canStop: () => false,
    stopsDisabled: false,
    now: () => new Date('2026-11-24T08:00:10Z'),
    types: {
      known: () => types,
      learn: extra => {
        types = addTypes(types, extra)
      },
    },
    ec2: () => silentEc2,
    passed: createPassedInstances(),
    hear: async ({ way, at }) => {
      heard.push(`${way} ${at}`)
    },
    admit: async () => 'first',
    claim: ledger.claim,
    rowsOf: async () => [],
    handOver: async ({ region }, launchedUntil) => {
      handedOver.push(`${region} ${launchedUntil}`)
      return true
    },
    publish: async message => {
      published.push(message)
    },
    log: (level, message) => logged.push(`${level}: ${message}`),
    count: metric => counted.push(metric),
    countFindings: (rule, count) => counted.push(`${count} findings of ${rule}`),
    ...more,
  }
  return { ports, published, counted, logged, handedOver, heard, ledger }
}
