import { writeFileSync } from 'node:fs'
import path from 'node:path'

export const REGION = 'us-east-1'
export const ACCOUNT = '000000000000'

/** The emulator's root: it takes the account's id for a key and asks for no secret. */
export const CREDENTIALS = { accessKeyId: ACCOUNT, secretAccessKey: 'local' }

/**
 * Cuts this process, and every process that it starts, off from real AWS: no credential, profile, endpoint or file of the
 * surrounding shell is left, and there is nothing that an SDK could fall back on.
 */
export function isolateProcess(env: NodeJS.ProcessEnv, folder: string): void {
  const empty = path.join(folder, 'empty-aws-config')
  writeFileSync(empty, '')
  for (const name of Object.keys(env)) if (/^(AWS|CDK|AMAZON|MINISTACK|MOTO|LOCALSTACK)_/i.test(name)) delete env[name]
  Object.assign(env, isolateEnvironment(empty))
}

/**
 * The whole environment of an emulator: nothing of the surrounding shell except what finds programs. `node` is the one
 * that runs this, so that the functions run on it too.
 */
export function buildEmulatorEnvironment(folder: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = ['SystemRoot', 'SYSTEMROOT', 'PATHEXT', 'LANG', 'LC_ALL']
  return {
    ...Object.fromEntries(kept.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]]))),
    ...isolateEnvironment(path.join(folder, 'empty-aws-config')),
    PATH: [path.dirname(process.execPath), env['PATH']].join(path.delimiter),
    HOME: folder,
    // The folder of the unpacked functions.
    TMPDIR: folder,
    TEMP: folder,
    TMP: folder,
    PYTHONUNBUFFERED: '1',
    // A socket that does not exist: containers of this machine are not touched.
    DOCKER_HOST: `unix://${path.join(folder, 'no-docker.sock')}`,
  }
}

const isolateEnvironment = (empty: string) => ({
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_CONFIG_FILE: empty,
  AWS_SHARED_CREDENTIALS_FILE: empty,
  AWS_EC2_METADATA_DISABLED: 'true',
  // Its advice to upgrade Node is not for a user of the demo.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
})
