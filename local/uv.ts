import { spawn } from 'node:child_process'
import path from 'node:path'
import { ROOT } from './root.ts'

type Installation = {
  readonly python: string
  readonly requirements: string
  readonly env: NodeJS.ProcessEnv
}

/** Settings that uv does not read, and without which the registry may be out of reach. */
const OTHER_REGISTRY = /\b(index-url|extra-index-url|no-index|proxy)=/

/**
 * Installs exactly the files whose hashes are in the requirements, with uv: pip needs 50 times its processor time. False
 * if uv cannot do it, for whatever reason. Then pip can, or says why not.
 */
export async function installWithUv({ python, requirements, env }: Installation): Promise<boolean> {
  const run = (args: readonly string[]) => runModule(python, args, env)
  const settings = await run(['pip', 'config', 'list'])
  if (settings.code !== 0 || OTHER_REGISTRY.test(settings.output)) return false
  const quietly = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries', '0', '--timeout', '15']
  const uv = path.join(ROOT, 'local', 'uv.txt')
  const got = await run(['pip', 'install', ...quietly, '--only-binary', ':all:', '--require-hashes', '-r', uv])
  if (got.code !== 0) return false
  const options = ['--quiet', '--no-progress', '--python', python, '--require-hashes']
  return (await run(['uv', 'pip', 'install', ...options, '-r', requirements])).code === 0
}

type Ended = { readonly code: number | null; readonly output: string }

function runModule(python: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, ['-m', ...args], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code, output }))
  })
}
