// Starts the emulators, says so, and waits to be stopsDisabled: abandoned.test.ts <python>.
import { makeCertificate } from '../../local/certificate.ts'
import { runFolder } from '../../local/cloud.ts'
import { startEmulators } from '../../local/emulators.ts'
import { freePorts } from '../../local/ports.ts'

async function main(python: string): Promise<void> {
  const folder = runFolder()
  const tls = makeCertificate(python, folder)
  const nowhere = 'https://127.0.0.1:1'
  const ports = await freePorts()
  await startEmulators({ python, folder, tls, ports, relays: { sns: nowhere, ec2: nowhere } })
  process.stdout.write(`${folder}\n`)
}

void main(process.argv[2] ?? '')
