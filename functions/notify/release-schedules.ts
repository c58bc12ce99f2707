import type { NotifyPorts } from './ports.ts'
import { holdSettings } from './settings.ts'

// Only scheduled deliveries need it.
const loadScheduler = () => import('../../shared/aws/scheduler.ts')

/** The schedule of a release: one for each channel and time. */
export const buildReleaseName = (channel: string, at: string): string =>
  `flush-${Math.floor(Date.parse(at) / 1000)}-${channel}`

/** Makes the schedules that release scheduled deliveries. The client is made with the first schedule. */
export const createReleaseSchedules = (channel: string, now: () => Date): NotifyPorts['scheduleRelease'] => {
  let ready: Promise<(at: string) => Promise<void>> | undefined
  const prepare = async (): Promise<(at: string) => Promise<void>> => {
    const settings = holdSettings()
    const { createSchedulerClient, scheduleOnce } = await loadScheduler()
    const scheduler = { ...settings, client: createSchedulerClient(), now }
    return at => {
      const message = JSON.stringify({ kind: 'flush', channel, at })
      return scheduleOnce(scheduler, { name: buildReleaseName(channel, at), at: new Date(at), message })
    }
  }
  return async at => {
    ready ??= prepare()
    const schedule = await ready
    await schedule(at)
  }
}
