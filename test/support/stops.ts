/** Ports of the function that stops: a port that is not given refuses to be called. */
import type { EnforcePorts, StopLedger } from '../../functions/enforce/ports.ts'

export const unexpected = (name: string) => (): Promise<never> => Promise.reject(new Error(`unexpected: ${name}`))

const LEDGER: StopLedger = {
  rowsOf: unexpected('rowsOf'),
  resolve: unexpected('settle'),
  claimPending: unexpected('claimPending'),
  release: unexpected('release'),
  intendStop: unexpected('intendStop'),
  reserveStop: unexpected('reserveStop'),
  pendingRefusals: unexpected('pendingRefusals'),
  forgetRefusals: unexpected('forgetRefusals'),
  digestDue: unexpected('digestDue'),
}

type Given = Pick<EnforcePorts, 'deployed' | 'now' | 'types'> &
  Partial<Omit<EnforcePorts, 'ledger'>> & { readonly ledger?: Partial<StopLedger> }

export const watchedStops = ({ ledger = {}, ...given }: Given): EnforcePorts => ({
  live: unexpected('live'),
  ec2: { instance: unexpected('instance'), images: unexpected('images'), types: unexpected('types') },
  stop: unexpected('stop'),
  schedule: unexpected('schedule'),
  publish: unexpected('publish'),
  promiseAgain: unexpected('promiseAgain'),
  log: () => undefined,
  count: () => undefined,
  ...given,
  ledger: { ...LEDGER, ...ledger },
})
