import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

export type CustodianVersions = {
  readonly c7n: string
  readonly boto3: string
  readonly botocore: string
  readonly python: string
}

/** Cloud Custodian's own package for one policy, unpacked as AWS unpacks it. */
export type CustodianPackage = {
  readonly folder: string
  readonly zipBytes: number
  readonly versions: CustodianVersions
}

export type CustodianPolicy = 'notify' | 'notify-and-stop'

const DRIVERS = join(import.meta.dirname, 'drivers')

/** The packages of Lambda's Python image; the package has the rest. */
const RUNTIME_BRINGS = ['boto3', 'botocore', 'dateutil', 'jmespath', 's3transfer', 'six.py', 'urllib3']

/** Builds the package that `custodian run` would upload for a policy of bench/c7n, and unpacks it. */
export function packageCustodian(python: string, policy: CustodianPolicy, into: string): CustodianPackage {
  const zip = join(into, `${policy}.zip`)
  const folder = join(into, policy)
  const policyFile = join(import.meta.dirname, 'c7n', `${policy}.yml`)
  const versions: CustodianVersions = JSON.parse(run(python, [join(DRIVERS, 'package-c7n.py'), policyFile, zip]))
  run(python, ['-m', 'zipfile', '-e', zip, folder])
  return { folder, zipBytes: statSync(zip).size, versions }
}

/** A folder with only the packages of Lambda's Python image, compiled as there. */
export function findPythonRuntime(python: string, into: string): string {
  const folder = join(into, 'python-runtime')
  mkdirSync(folder)
  const site = run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']).trim()
  for (const name of RUNTIME_BRINGS) if (existsSync(join(site, name))) symlinkSync(join(site, name), join(folder, name))
  return folder
}

function run(python: string, args: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', AWS_DEFAULT_REGION: 'us-east-1' }
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', env })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return stdout
}
