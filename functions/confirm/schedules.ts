import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { ConfirmPorts } from './ports.ts'

type Settings = {
  readonly group: string
  readonly roleArn: string
  readonly queueArn: string
  readonly undeliveredArn: string
}

// Needed for the few alerts that promise a stop, and not by any other.
const loadScheduler = () => import('../../shared/aws/scheduler.ts')

/** Makes schedules; the client is made with the first of them. */
export const createSchedules = (settings: Settings): ConfirmPorts['schedule'] => {
  let client: SchedulerClient | undefined
  return async ({ name, at, message }) => {
    const { createSchedulerClient, scheduleOnce } = await loadScheduler()
    client ??= createSchedulerClient()
    await scheduleOnce({ ...settings, client, now: () => new Date() }, { name, at, message: JSON.stringify(message) })
  }
}

/**
 * For a stack without the function that stops. A deployment can remove that function after an alert has promised a
 * stop. The message of that alert ends in the dead-letter queue, where a person sees it, and nothing is stopped.
 */
export const refuseSchedules: ConfirmPorts['schedule'] = async ({ name }) => {
  throw new Error(
    `${name}: the alert promised a stop, and the stack was deployed since without the function that stops`,
  )
}
