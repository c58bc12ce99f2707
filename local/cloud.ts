import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { makeCertificate, type Tls } from './certificate.ts'
import { type Clients, createClients, type Endpoints } from './clients.ts'
import { type Deployed, deploy } from './deploy.ts'
import { type Emulators, startEmulators } from './emulators.ts'
import { isolateProcess } from './isolation.ts'
import { stopNotices } from './notices.ts'
import { freePorts, type Ports } from './ports.ts'
import { type Call, startRelay } from './relay.ts'
import { ROOT } from './root.ts'
import { synthesize } from './synthesize.ts'

export type Cloud = {
  readonly folder: string
  readonly endpoints: Endpoints
  readonly clients: Clients
  readonly stack: Deployed
  /** Ends everything. Its folder is deleted too, except for its logs if they are to be kept. */
  readonly stop: (options?: { readonly keep?: boolean }) => Promise<void>
}

/** Makes ready what is to be deployed while the emulators start, and returns what deploys it. */
type Prepare = (folder: string, context: Readonly<Record<string, string>>) => Promise<Deploy>
type Deploy = (clients: Clients, python: string) => Promise<Deployed>

const prepareByCdk: Prepare = async (folder, context) => {
  const assembly = await synthesize(folder, context)
  return (clients, python) => deploy(assembly, clients, python)
}

type Setting = {
  readonly python: string
  readonly email: string
  /**
   * The policy file to deploy. The default policy if left out. Called when the emulators run, because it may name
   * something that has to exist before, such as a secret.
   */
  readonly policy?: string | ((clients: Clients, tls: Tls) => Promise<string>)
  /** How the stack gets onto the cloud. As the CDK puts it there if left out. */
  readonly prepare?: Prepare
  readonly say: (line: string) => void
  /** Called with the function that stops the cloud, as soon as it can be stopped, which may be before it is ready. */
  readonly begun?: (stop: Cloud['stop']) => void
}

/** A folder of this run's own, and from here on nothing of the surrounding shell that could lead to real AWS. */
export function runFolder(env: NodeJS.ProcessEnv = process.env): string {
  const parent = path.join(ROOT, '.local')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(path.join(parent, 'run-'))
  isolateProcess(env, folder)
  return folder
}

/** The local cloud with the real stack deployed on it. */
export async function startCloud({
  python,
  email,
  policy,
  prepare = prepareByCdk,
  say,
  begun,
}: Setting): Promise<Cloud> {
  const folder = runFolder()
  const tls = makeCertificate(python, folder)
  const ports = await freePorts()
  const endpoints = {
    aws: `https://127.0.0.1:${ports.aws}`,
    ec2: `https://127.0.0.1:${ports.ec2}`,
    cert: tls.cert,
  }
  const clients = createClients(endpoints)
  const notices = stopNotices(clients)
  const relays = await startRelays({ folder, tls, ports, noticed: notices.seen })
  let emulators: Emulators | undefined
  const stop: Cloud['stop'] = async options => {
    await notices.out()
    clients.close()
    relays.close()
    await emulators?.stop(options)
    if (!options?.keep) rmSync(folder, { recursive: true, force: true })
  }
  begun?.(stop)
  try {
    say('Starting MiniStack (all but EC2; TLS, IAM enforced) and moto (EC2); synthesizing the stack')
    const ticking = setInterval(() => say('  still at it'), 5000)
    const starts = startEmulators({ python, folder, tls, ports, relays })
    const [starting, preparing] = await Promise.allSettled([
      starts,
      findPolicyFile(policy, { clients, starts, tls }).then(file =>
        prepare(folder, { email, ...(file !== undefined && { policy: file }) }),
      ),
    ])
    clearInterval(ticking)
    if (starting.status === 'rejected') throw starting.reason
    emulators = starting.value
    if (preparing.status === 'rejected') throw preparing.reason
    say('Deploying the stack: functions, roles, queues, topics, table')
    const stack = await preparing.value(clients, python)
    say(`Deployed: ${stack.list.length} resources`)
    return { folder, endpoints, clients, stack, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Starting = { readonly clients: Clients; readonly starts: Promise<Emulators>; readonly tls: Tls }

async function findPolicyFile(
  policy: Setting['policy'],
  { clients, starts, tls }: Starting,
): Promise<string | undefined> {
  if (typeof policy !== 'function') return policy
  await starts
  return policy(clients, tls)
}

/** The calls of the functions to SNS and EC2 so far. */
export function createCalls(folder: string): readonly Call[] {
  const lines = readFileSync(path.join(folder, 'calls.ndjson'), 'utf8').split('\n')
  // Behind the last end of a line is nothing, or a call that another process is just writing.
  return lines.slice(0, -1).map(line => JSON.parse(line))
}

type Noting = {
  readonly folder: string
  readonly tls: Tls
  readonly ports: Ports
  readonly noticed: (call: Call) => void
}

/** moto does not check the rights of a function in EC2: MiniStack, which has the roles, is asked first. */
async function startRelays({ folder, tls, ports, noticed }: Noting) {
  const file = path.join(folder, 'calls.ndjson')
  appendFileSync(file, '')
  const markSeen = (call: Call) => {
    appendFileSync(file, `${JSON.stringify(call)}\n`)
    noticed(call)
  }
  const sns = await startRelay({ service: 'sns', port: ports.aws, tls, seen: markSeen })
  const ec2 = await startRelay({ service: 'ec2', port: ports.ec2, rights: ports.aws, tls, seen: markSeen })
  return {
    sns: sns.url,
    ec2: ec2.url,
    close: () => {
      sns.close()
      ec2.close()
    },
  }
}
