import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../../local/root.ts'
import type { TestCloud } from './cloud.ts'

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

/** Builds the command as it is installed. */
export const buildCli = (): void => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'cli', 'build.mjs'), '--if-stale'], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the command line was not built: ${stderr}`)
}

/** Runs the installed command against an endpoint. The tests' own environment leads nowhere else: `theCloud` has seen to it. */
export const runCli = (args: readonly string[], endpoint: Readonly<Record<string, string>>): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const command = spawn(process.execPath, [join(ROOT, 'cli', 'virtguard.mjs'), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...endpoint },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const said = { out: '', err: '' }
    command.stdout.on('data', chunk => {
      said.out += chunk
    })
    command.stderr.on('data', chunk => {
      said.err += chunk
    })
    command.on('error', reject)
    command.on('close', code => resolve({ code, ...said }))
  })

/** As somebody with the rights of the local cloud's root, who finds everything as on AWS. */
export const virtguard = ({ endpoints }: TestCloud, args: readonly string[]): Promise<Ran> =>
  runCli(args, { AWS_ENDPOINT_URL: endpoints.aws, NODE_EXTRA_CA_CERTS: endpoints.cert })

/** As somebody who asks an EC2 for a fleet, which has no TLS. */
export const askingFleet = (url: string, args: readonly string[]): Promise<Ran> =>
  runCli(args, { AWS_ENDPOINT_URL: url, AWS_MAX_ATTEMPTS: '2' })
