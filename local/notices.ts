import { carry } from './carry.ts'
import type { Clients } from './clients.ts'
import type { Call } from './relay.ts'
import { createStateNotifications } from './trail.ts'

/**
 * Says what EC2 would say once an instance has stopped: moto does not. `seen` is told of every call; `out` waits until all
 * that came of them is said.
 */
export function stopNotices(clients: Clients) {
  const saying: Promise<unknown>[] = []
  const printLine = async (instanceIds: readonly string[]) => {
    for (const state of ['stopping', 'stopped'] as const)
      for (const notification of createStateNotifications(instanceIds, state)) await carry(notification, clients)
  }
  return {
    seen: ({ service, action, status, request }: Call) => {
      if (service !== 'ec2' || action !== 'StopInstances' || status !== 200) return
      const named = Object.entries(request).filter(([name]) => name.startsWith('InstanceId.'))
      saying.push(printLine(named.map(([, instanceId]) => instanceId)))
    },
    out: () => Promise.allSettled(saying),
  }
}
