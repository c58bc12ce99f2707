/** Sweep, as far as Enforce asks it to promise a stop again. Whatever else a sweep does is refused. */
import type { RegionReader, SweepPorts } from '../../functions/sweep/ports.ts'
import { promiseChosen } from '../../functions/sweep/promise-chosen.ts'
import { sweepLedger } from '../../functions/sweep/sweep-ledger.ts'
import type { PromiseMessage } from '../../shared/ledger/sweep-message.ts'
import type { Policy } from '../../shared/policy/policy.ts'
import type { World } from '../functions/enforce/world.ts'
import { SWEEP_PORTS } from '../support/cloud/functions.ts'
import { openLedger } from '../support/cloud/ledger.ts'
import { REGION } from '../support/record-shape.ts'
import { unexpected } from '../support/stops.ts'

const readerOf = ({ ports: { ec2 } }: World): RegionReader => ({
  instances: async (_by, ids) => {
    const facts = await Promise.all(ids.map(ec2.instance))
    return { ok: true, facts: facts.flatMap(one => one ?? []) }
  },
  images: async ids => ({ ok: true, facts: await ec2.images(ids) }),
  types: async names => ({ ok: true, facts: await ec2.types(names) }),
})

const sweepPorts = (world: World, policy: Policy): SweepPorts => ({
  ...SWEEP_PORTS,
  regions: unexpected('regions'),
  policy,
  stopsDisabled: false,
  canStop: region => region === REGION,
  now: world.now,
  isTimeLeft: () => true,
  scan: () => {
    throw new Error('unexpected: scan')
  },
  troubleOf: () => undefined,
  ec2: () => readerOf(world),
  ledger: sweepLedger(openLedger(world.dynamo)),
  send: unexpected('send'),
  publish: world.ports.publish,
})

/** Does one request of Enforce, at its time. */
export const promiseLater = async (message: PromiseMessage, world: World, policy: Policy): Promise<void> => {
  const wait = Date.parse(message.notBefore ?? '') - world.now().getTime()
  if (wait > 0) world.pass(wait / 1000)
  const messageId = `request-${world.now().toISOString()}`
  const delivery = { messageId, count: 1, claimant: `${messageId}/1` }
  await promiseChosen(message, { delivery, ports: sweepPorts(world, policy) })
}
