import { type AddressInfo, createServer } from 'node:net'

export type Ports = { readonly aws: number; readonly ec2: number }

/** Two free ports of this machine. */
export async function freePorts(): Promise<Ports> {
  const [aws, ec2] = [await holdPort(), await holdPort()]
  await Promise.all([aws.release(), ec2.release()])
  return { aws: aws.port, ec2: ec2.port }
}

async function holdPort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const release = () => new Promise<void>(resolve => server.close(() => resolve()))
  return { port: readPort(server.address()), release }
}

/** The port of a server that listens. */
export const readPort = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0
