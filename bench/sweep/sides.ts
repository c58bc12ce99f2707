import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../../local/root.ts'
import type { Node, Workplace } from '../sides.ts'
import { type Ended, runWatched } from '../watched.ts'
import type { Fleet } from './fleet.ts'
import { nameAccount } from './organization.ts'

/** One sweep: its costs, and the ids that it found. */
export type Swept = Ended & { readonly ids: ReadonlySet<string> }

const requireEnvironment = ({ folder, url, certificate }: Workplace): Record<string, string> => ({
  PATH: '/usr/bin:/bin',
  HOME: folder,
  TMPDIR: folder,
  LANG: 'en_US.UTF-8',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIABENCH',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SESSION_TOKEN: 'bench',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL: url,
  AWS_CA_BUNDLE: certificate,
  NODE_EXTRA_CA_CERTS: certificate,
})

const listRegions = ({ regions }: Fleet): readonly string[] => regions.flatMap(region => ['--region', region])

/** An organization is read with all regions that its accounts have. */
const listScope = (fleet: Fleet): readonly string[] =>
  fleet.accounts === undefined ? listRegions(fleet) : ['--organization', '--all-regions']

/** The command line as it is installed, with the default policy: more rules than the other side has. */
export async function runOwnSweep(node: Node, place: Workplace, fleet: Fleet, quick = false): Promise<Swept> {
  const args = [join(ROOT, 'cli', 'virtguard.mjs'), 'scan', ...listScope(fleet), '--format', 'ndjson']
  const command = { command: node.path, args: quick ? [...args, '--quick'] : args, env: requireEnvironment(place) }
  const ended = await runWatched(command, { codes: [1], keepOut: true })
  const lines = ended.out.split('\n').filter(line => line !== '')
  return { ...ended, ids: new Set(lines.map(line => String(JSON.parse(line).resource.id))) }
}

/** `custodian run` with its default settings, without its cache, which would answer from the run before. */
export async function runCustodianSweep(python: string, place: Workplace, fleet: Fleet): Promise<Swept> {
  const out = join(place.folder, 'custodian')
  const policy = join(ROOT, 'bench', 'c7n', 'sweep.yml')
  const args = ['run', '-s', out, '--cache-period', '0', ...listRegions(fleet), policy]
  const ended = await runWatched(
    { command: join(dirname(python), 'custodian'), args, env: requireEnvironment(place) },
    { codes: [0] },
  )
  // With more than one region it makes a folder for each.
  const folders = fleet.regions.length > 1 ? fleet.regions : ['.']
  const found = folders.flatMap(folder =>
    JSON.parse(readFileSync(join(out, folder, 'virtguard-bench-sweep', 'resources.json'), 'utf8')),
  )
  rmSync(out, { recursive: true, force: true })
  return { ...ended, ids: new Set(found.map(({ InstanceId }) => String(InstanceId))) }
}

const writeAccounts = (folder: string, { accounts = 0 }: Fleet): string => {
  const file = join(folder, 'accounts.yml')
  const lines = Array.from({ length: accounts }, (_, number) => {
    const id = nameAccount(number)
    return `  - { account_id: "${id}", name: account-${number}, role: "arn:aws:iam::${id}:role/OrganizationAccountAccessRole" }`
  })
  writeFileSync(file, `accounts:\n${lines.join('\n')}\n`)
  return file
}

/** `c7n-org run` with its default settings, which runs Cloud Custodian for many accounts and regions in many processes. */
export async function runOrganizationSweep(python: string, place: Workplace, fleet: Fleet): Promise<Swept> {
  const out = join(place.folder, 'c7n-org')
  const policy = join(ROOT, 'bench', 'c7n', 'sweep.yml')
  const regions = fleet.regions.flatMap(region => ['--region', region])
  const scope = ['-c', writeAccounts(place.folder, fleet), '-u', policy, '-s', out, ...regions]
  const ended = await runWatched(
    {
      command: join(dirname(python), 'c7n-org'),
      args: ['run', '--cache-period', '0', ...scope],
      env: requireEnvironment(place),
    },
    { codes: [0] },
  )
  const found = Array.from({ length: fleet.accounts ?? 0 }, (_, number) => `account-${number}`).flatMap(account =>
    fleet.regions.flatMap(region =>
      JSON.parse(readFileSync(join(out, account, region, 'virtguard-bench-sweep', 'resources.json'), 'utf8')),
    ),
  )
  rmSync(out, { recursive: true, force: true })
  return { ...ended, ids: new Set(found.map(({ InstanceId }) => String(InstanceId))) }
}
