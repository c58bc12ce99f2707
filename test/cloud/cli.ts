import { spawn } from 'node:child_process'
import path from 'node:path'
import { ROOT } from '../../local/root.ts'
import type { TestCloud } from './cloud.ts'

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

/** Runs the command line as somebody with the rights of the local cloud's root, and finds everything as on AWS. */
export const virtguard = ({ endpoints }: TestCloud, args: readonly string[]): Promise<Ran> =>
  new Promise((resolve, reject) => {
    // The tests' own environment leads nowhere else: `theCloud` has seen to it.
    const env = { ...process.env, AWS_ENDPOINT_URL: endpoints.aws, NODE_EXTRA_CA_CERTS: endpoints.cert }
    const command = spawn(process.execPath, ['--import', 'tsx', path.join('cli', 'main.ts'), ...args], {
      cwd: ROOT,
      env,
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
