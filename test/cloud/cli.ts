import { type Ran, runCommand } from '../support/installed-command.ts'
import type { TestCloud } from './cloud.ts'

/** The tests' own environment leads nowhere else: `theCloud` has seen to it. */
const runAt = (args: readonly string[], endpoint: Readonly<Record<string, string>>): Promise<Ran> =>
  runCommand(args, { ...process.env, ...endpoint })

/** As somebody with the rights of the local cloud's root, who finds everything as on AWS. */
export const virtguard = ({ endpoints }: TestCloud, args: readonly string[]): Promise<Ran> =>
  runAt(args, { AWS_ENDPOINT_URL: endpoints.aws, NODE_EXTRA_CA_CERTS: endpoints.cert })

/** As somebody who asks an EC2 for a fleet, which has no TLS. */
export const askingFleet = (url: string, args: readonly string[]): Promise<Ran> =>
  runAt(args, { AWS_ENDPOINT_URL: url, AWS_MAX_ATTEMPTS: '2' })
