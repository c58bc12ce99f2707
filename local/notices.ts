import { carry } from './carry.ts'
import type { Clients } from './clients.ts'
import type { Call } from './relay.ts'
import { createStateNotifications } from './trail.ts'

/**
 * Sends EC2's notification that an instance has stopped, which moto does not. `seen` is called for every call. `out`
 * waits until all notifications were sent.
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
