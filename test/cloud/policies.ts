import path from 'node:path'
import { ROOT } from '../../local/root.ts'

/** Where `start.ts` leaves what it started. */
export const STARTED = 'VIRTGUARD_CLOUD'

/** The policy of each cloud; the one that observes is the default policy. */
export const POLICIES = { observes: undefined, enforces: path.join(ROOT, 'test', 'cloud', 'stopping.yaml') } as const

/** Of the cloud that is swept: it can stop, and has what runs there observed until another policy is applied. */
export const SWEPT = path.join(ROOT, 'test', 'cloud', 'sweeping.yaml')
