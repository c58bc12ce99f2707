import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../../local/root.ts'
import type { Call } from './calls.ts'

/** The stub, running in a process of its own. */
export type Stub = {
  readonly url: string
  /** The calls since the last time, oldest answer first. */
  readonly take: () => Promise<readonly Call[]>
  readonly stop: () => void
}

type StubOptions = {
  readonly key: string
  readonly certificate: string
  /** How long every answer takes, in ms. */
  readonly latency: number
}

/** Starts the stub on a free port of the loopback interface, behind TLS. `key` and `certificate` are PEM files. */
export async function startStub({ key, certificate, latency }: StubOptions): Promise<Stub> {
  const server = fork(join(ROOT, 'bench', 'drivers', 'stub.ts'), [key, certificate], {
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { port } = await readAnswer(server, message => ('port' in message ? message : undefined))
  server.send({ latency })
  return {
    url: `https://localhost:${port}`,
    take: async () => {
      const taken = readAnswer(server, message => ('calls' in message ? message : undefined))
      server.send({ take: true })
      return (await taken).calls
    },
    stop: () => {
      if (server.connected) server.disconnect()
      server.kill()
    },
  }
}

type FromServer = { readonly port: number } | { readonly calls: readonly Call[] }

/** Both ends of this channel are ours, so that its messages are trusted. */
const readAnswer = <T>(server: ChildProcess, pick: (message: FromServer) => T | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    const handleExit = (code: number | null) => reject(new Error(`the stub ended with ${code}`))
    const handleMessage = (message: unknown) => {
      const picked = isFromServer(message) ? pick(message) : undefined
      if (picked === undefined) return
      server.off('message', handleMessage)
      server.off('exit', handleExit)
      resolve(picked)
    }
    server.on('message', handleMessage)
    server.once('exit', handleExit)
  })

const isFromServer = (message: unknown): message is FromServer =>
  typeof message === 'object' && message !== null && ('port' in message || 'calls' in message)
