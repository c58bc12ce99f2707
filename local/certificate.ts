import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { UserError } from '../shared/errors.ts'
import { ROOT } from './root.ts'

/** Files: a certificate, and its key. */
export type Tls = { readonly cert: string; readonly key: string }

/** Makes a key and a certificate for localhost and 127.0.0.1 in the folder, for this run only. */
export function makeCertificate(python: string, folder: string): Tls {
  const script = path.join(ROOT, 'local', 'certificate.py')
  const { status, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8', timeout: 30_000 })
  if (status !== 0)
    throw new UserError(`the certificate of the local cloud cannot be made: ${stderr.trim().split('\n').at(-1)}`)
  return { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') }
}
