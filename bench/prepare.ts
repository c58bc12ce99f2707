import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../shared/errors.ts'
import { type CustodianPackage, findPythonRuntime, packageCustodian } from './custodian.ts'
import { buildCustodianEnvironment, findFastestPython, type Python } from './python.ts'
import type { Custodian } from './sides.ts'

export type Prepared = { readonly custodian: Custodian; readonly python: Python; readonly shipped: CustodianPackage }

/**
 * Everything for Cloud Custodian's side, in `folder`. If it is not available, undefined and one line that says why:
 * then only our side is measured.
 */
export async function prepareCustodian(
  folder: string,
  certificate: string,
  say: (line: string) => void,
): Promise<Prepared | undefined> {
  const python = findFastestPython()
  if (python === undefined) {
    say('Cloud Custodian needs Python 3.10.2 or newer, and there is none: only virtguard is measured')
    return undefined
  }
  try {
    const inside = await buildCustodianEnvironment(python, say)
    say(`Cloud Custodian runs on ${python.path}, Python ${python.version}: the fastest here of those that suit it`)
    const shipped = packageCustodian(inside, 'notify', folder)
    const stopping = packageCustodian(inside, 'notify-and-stop', folder)
    const runtime = findPythonRuntime(inside, folder)
    const authorities = join(folder, 'authorities.pem')
    writeFileSync(authorities, `${readFileSync(join(runtime, 'botocore', 'cacert.pem'), 'utf8')}\n${certificate}`)
    const packages = { notify: shipped.folder, 'notify-and-stop': stopping.folder }
    return { custodian: { python: python.path, runtime, packages, authorities }, python, shipped }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    say(`${error.message}: only virtguard is measured`)
    return undefined
  }
}
