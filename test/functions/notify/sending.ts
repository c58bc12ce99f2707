/** What tests of a channel send, and with what it is answered. */
import type { Job, Sender, Sent } from '../../../shared/channels/sending.ts'
import { finding, START, type world } from './world.ts'

export const OK: Sent = { kind: 'sent', ref: '1.1', says: 'taken' }

/** A sender that answers what it is told, one after the other and the last for ever, and keeps what it was given. */
export const answering = (...answers: readonly (Sent | Error)[]) => {
  const jobs: Job[] = []
  const sender: Sender = async job => {
    const answer = answers[Math.min(jobs.length, answers.length - 1)] ?? OK
    jobs.push(job)
    if (answer instanceof Error) throw answer
    return answer
  }
  return { jobs, sender }
}

export const put = ({ queue }: ReturnType<typeof world>, ...alerts: readonly object[]): void => {
  for (const alert of alerts) queue.put(JSON.stringify(alert))
}

export const idsOf = (jobs: readonly Job[]): readonly string[] =>
  jobs.flatMap(job => (job.kind === 'alert' ? [job.alert.id] : job.kind === 'digest' ? job.alerts.map(a => a.id) : []))

export const later = (nth: number, at: string) => finding(nth, START, { deliver: [{ channel: 'ops', at }] })
