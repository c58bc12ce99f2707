import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ROOT } from '../../local/root.ts'
import type { Fleet } from './fleet.ts'

/** EC2 with a fleet, running in a process of its own. */
export type FleetServer = {
  readonly url: string
  /**
   * Sets the fleet, and the time of each DescribeInstances, in ms. Returns the number of each call since the last time.
   */
  readonly set: (fleet: Fleet, latency: number) => Promise<Readonly<Record<string, number>>>
  readonly stop: () => void
}

const readPortIn = (message: unknown): number | undefined =>
  typeof message === 'object' && message !== null && 'port' in message && typeof message.port === 'number'
    ? message.port
    : undefined

const countCallsIn = (message: unknown): Record<string, number> =>
  typeof message === 'object' && message !== null && 'calls' in message && typeof message.calls === 'object'
    ? Object.fromEntries(Object.entries(message.calls ?? {}).map(([action, count]) => [action, Number(count)]))
    : {}

/** Starts it on a free port of the loopback interface, behind TLS. `key` and `certificate` are PEM files. */
export async function startFleetServer(key: string, certificate: string): Promise<FleetServer> {
  const server = fork(join(ROOT, 'bench', 'drivers', 'fleet.ts'), [key, certificate], {
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [first] = await once(server, 'message')
  return {
    url: `https://localhost:${readPortIn(first)}`,
    set: async (fleet, latency) => {
      const answer = once(server, 'message')
      server.send({ fleet, latency })
      return countCallsIn((await answer)[0])
    },
    stop: () => {
      if (server.connected) server.disconnect()
      server.kill()
    },
  }
}
