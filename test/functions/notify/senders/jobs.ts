// What the senders of AWS's own services are given in tests, and the errors that they meet.
import type { Job, Sender } from '../../../../shared/channels/sending.ts'
import { aFinding, anAlert, instanceIds } from '../../../support/findings.ts'
import { finding } from '../world.ts'

export const named = (name: string, message = 'no') => Object.assign(new Error(message), { name })

export const REGION = { region: 'us-east-1' }
export const AT = '2026-11-24T08:00:00.000Z'
export const alertJob = (alert = finding(1)): Job => ({ kind: 'alert', alert })
export const ofMany = (count: number): Job => alertJob(anAlert(instanceIds(count).map(on => aFinding({ on }))))

export const thrown = (sender: Sender, job: Job = alertJob()): Promise<unknown> =>
  sender(job).catch((error: unknown) => error)

export const BUSY = ['ThrottlingException', 'TooManyRequestsException', 'LimitExceededException']
export const PASSING = ['InternalException', 'InternalFailure', 'ServiceUnavailable', 'TimeoutError']
