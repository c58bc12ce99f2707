import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../shared/errors.ts'
import type { Tls } from './certificate.ts'
import { IMAGES, readMotoImages } from './images.ts'
import { ACCOUNT, buildEmulatorEnvironment, REGION } from './isolation.ts'
import type { Ports } from './ports.ts'
import { isAnswering } from './readiness.ts'
import { ROOT } from './root.ts'

type Setting = {
  readonly python: string
  readonly folder: string
  readonly tls: Tls
  readonly ports: Ports
  /** The endpoints of SNS and EC2 for the functions. */
  readonly relays: { readonly sns: string; readonly ec2: string }
}

export type Emulators = {
  /** Ends both, with the functions that they run, and removes the folder unless its logs are to be kept. */
  readonly stop: (options?: { readonly keep?: boolean }) => Promise<void>
}

const PATIENCE_MS = 30_000

/** Starts MiniStack for everything but EC2, and moto for EC2, both with TLS and on loopback only; waits until both answer. */
export async function startEmulators(setting: Setting): Promise<Emulators> {
  const { folder, tls, ports } = setting
  writeFileSync(path.join(folder, 'images.json'), readMotoImages(ACCOUNT))
  // The functions are unpacked below it, and must not take the project's package.json for theirs.
  writeFileSync(path.join(folder, 'package.json'), '{}')
  const keeper = spawn(process.execPath, [path.join(ROOT, 'local', 'keeper.mjs')], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const stop = stopEmulators(keeper)
  let ended = ''
  keeper.stdout.on('data', chunk => {
    ended += chunk
  })
  keeper.stdin.write(`${JSON.stringify({ folder, servers: [startMinistack(setting), startMoto(setting)] })}\n`)
  const until = Date.now() + PATIENCE_MS
  const reportProblem = () => ended.trim().split('\n')[0] ?? ''
  const ready = await Promise.all([
    isAnswering({ url: `https://127.0.0.1:${ports.aws}/_ministack/health`, tls, until, problem: reportProblem }),
    isAnswering({ url: `https://127.0.0.1:${ports.ec2}/moto-api/`, tls, until, problem: reportProblem }),
  ])
  if (ready.every(Boolean)) return { stop }
  await stop({ keep: true })
  throw new UserError(
    `the local cloud did not start: ${reportProblem() || 'no answer in 30 s'}; its logs are in ${folder}`,
  )
}

const startMinistack = ({ python, folder, tls, ports, relays }: Setting) => ({
  name: 'ministack',
  command: python,
  args: [path.join(ROOT, 'local', 'ministack_server.py')],
  env: {
    ...buildEmulatorEnvironment(folder),
    GATEWAY_PORT: `${ports.aws}`,
    BIND_HOST: '127.0.0.1',
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    MINISTACK_REGION: REGION,
    IOT_MTLS_ENABLED: '0',
    // Each function has the rights of its role, and no others.
    AUTH: 'true',
    USE_SSL: '1',
    MINISTACK_SSL_CERT: tls.cert,
    MINISTACK_SSL_KEY: tls.key,
    LAMBDA_EXECUTOR: 'local',
    STATE_DIR: path.join(folder, 'state'),
    S3_DATA_DIR: path.join(folder, 's3'),
    // The functions inherit these.
    AWS_ENDPOINT_URL: `https://127.0.0.1:${ports.aws}`,
    AWS_ENDPOINT_URL_SNS: relays.sns,
    AWS_ENDPOINT_URL_EC2: relays.ec2,
    // MiniStack has no Security Hub. That of moto validates its input.
    AWS_ENDPOINT_URL_SECURITYHUB: `https://127.0.0.1:${ports.ec2}`,
    NODE_EXTRA_CA_CERTS: tls.cert,
  },
})

const startMoto = ({ python, folder, tls, ports }: Setting) => ({
  name: 'moto',
  command: python,
  args: [
    path.join(ROOT, 'local', 'moto_server.py'),
    '-H',
    '127.0.0.1',
    '-p',
    `${ports.ec2}`,
    '-c',
    tls.cert,
    '-k',
    tls.key,
  ],
  env: {
    ...buildEmulatorEnvironment(folder),
    MOTO_ACCOUNT_ID: ACCOUNT,
    MOTO_AMIS_PATH: path.join(folder, 'images.json'),
    ENA_IMAGES: IMAGES.filter(image => image.enaSupport)
      .map(image => image.imageId)
      .join(),
    MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION: 'true',
    MOTO_ENABLE_AMI_VALIDATION: 'true',
  },
})

function stopEmulators(keeper: ChildProcess): Emulators['stop'] {
  const exited = new Promise<void>(resolve => keeper.on('exit', () => resolve()))
  return async ({ keep = false } = {}) => {
    if (keep) keeper.stdin?.write('keep\n')
    keeper.stdin?.end()
    await exited
  }
}
