import { EC2Client, StopInstancesCommand } from '@aws-sdk/client-ec2'
import type { AwsError } from '../reasons/reason.ts'
import type { Session } from './role-sessions.ts'

/**
 * The answer of EC2 to a stop. `accepted`: the instance stops, or had stopped already. `not-there` and `wrong-state`
 * may pass by themselves; `refused` and `denied` do not.
 */
export type StopAnswer =
  | { readonly kind: 'accepted'; readonly state?: string }
  | (AwsError & { readonly kind: 'not-there' | 'wrong-state' | 'refused' | 'denied' })

type Meaning = Exclude<StopAnswer['kind'], 'accepted'>

/**
 * EC2's errors that are an answer (EC2 API reference, error codes; the texts of the first four are in its answers to
 * StopInstances). Every other error says nothing about the instance: throttling, a lost connection, a failure of EC2.
 */
export const STOP_ERRORS: Readonly<Record<string, Meaning>> = {
  // A new id may take a while to be known everywhere.
  'InvalidInstanceID.NotFound': 'not-there',
  // `has never reached the running state`, or it is shutting down.
  IncorrectInstanceState: 'wrong-state',
  // The root is not on EBS; a one-time Spot request, or one of a fleet.
  UnsupportedOperation: 'refused',
  // Protected against stopping, or managed by a service.
  OperationNotPermitted: 'refused',
  UnsupportedHibernationConfiguration: 'refused',
  // Not asked for; should it be answered, then nothing was stopped.
  DryRunOperation: 'refused',
  UnauthorizedOperation: 'denied',
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  AuthFailure: 'denied',
  OptInRequired: 'denied',
}

/**
 * The meaning of an error of EC2 for a stop, with EC2's own words. Undefined if it is no answer and has to be tried
 * again.
 */
export const interpretError = (error: unknown): (AwsError & { readonly kind: Meaning }) | undefined => {
  if (!(error instanceof Error) || !Object.hasOwn(STOP_ERRORS, error.name)) return undefined
  const kind = STOP_ERRORS[error.name]
  return kind === undefined ? undefined : { kind, error: error.name, message: error.message }
}

/**
 * EC2 for the function that stops. A call that hangs is given up before the function's own time is over, so that the
 * results so far are written. Of the account and region of the function by default.
 */
export const stopClient = (elsewhere: { readonly region?: string; readonly credentials?: Session } = {}): EC2Client =>
  new EC2Client({
    ...elsewhere,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  })

/**
 * Asks EC2 to stop this one instance, as its owner would: the system is shut down, and nothing is forced. One id a
 * call, because one that cannot be stopped fails the call for all. Throws errors that are no answer, so that the caller
 * tries again.
 */
export const stopInstance = async (client: EC2Client, instanceId: string): Promise<StopAnswer> => {
  try {
    const { StoppingInstances = [] } = await client.send(new StopInstancesCommand({ InstanceIds: [instanceId] }))
    const state = StoppingInstances[0]?.CurrentState?.Name
    return { kind: 'accepted', ...(state !== undefined && { state }) }
  } catch (error) {
    const meaning = interpretError(error)
    if (meaning === undefined) throw error
    return meaning
  }
}
