import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../shared/errors.ts'
import type { Progress } from '../progress.ts'
import { buildCustodianEnvironment, findFastestPython } from '../python.ts'
import type { Node, Workplace } from '../sides.ts'
import { makeCertificate } from '../stub/certificate.ts'
import { buildCommand } from '../watched.ts'
import { countHits, type Fleet } from './fleet.ts'
import { type FleetServer, startFleetServer } from './server.ts'
import { runCustodianSweep, runOrganizationSweep, runOwnSweep, type Swept } from './sides.ts'

/** The fleets to sweep, and the number of rounds. */
export type Task = { readonly name: string; readonly fleet: Fleet; readonly latencyMs: number; readonly rounds: number }

/** One measurement of each side, one right after the other. `quick`: only instances that EC2's own filters select. */
export type SweepRound = { readonly ours: Swept; readonly quick?: Swept; readonly custodian?: Swept }

export type SweepCost = {
  readonly task: Task
  readonly rounds: readonly SweepRound[]
  readonly calls: readonly string[]
}

const ONE = ['us-east-1'] as const
const SEVENTEEN = [
  ...ONE,
  ...['us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['eu-central-1', 'eu-north-1', 'ap-south-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
  ...['ap-southeast-1', 'ap-southeast-2'],
]

/** Fleets of one account. */
export const listFleetTasks = (rounds: number, quick: boolean): readonly Task[] => [
  { name: '1k', fleet: { regions: ONE, instances: 1000 }, latencyMs: 0, rounds },
  { name: '10k', fleet: { regions: ONE, instances: 10_000 }, latencyMs: 0, rounds },
  // Once: the other side takes two minutes for it, and almost two gigabytes.
  { name: '100k', fleet: { regions: ONE, instances: quick ? 30_000 : 100_000 }, latencyMs: 0, rounds: 1 },
  { name: '17 regions', fleet: { regions: SEVENTEEN, instances: 588 }, latencyMs: 100, rounds: Math.min(rounds, 3) },
]

const MANY = 'many accounts'

/** Organizations. Once each: the other side takes a quarter of an hour for the larger one, and is measured for that alone. */
export const listAccountTasks = (quick: boolean): readonly Task[] =>
  (quick ? [2, 8] : [25, 100]).map((accounts, index) => ({
    name: index === 0 ? 'few accounts' : MANY,
    fleet: { regions: SEVENTEEN, instances: 6, accounts },
    latencyMs: 100,
    rounds: 1,
  }))

type Setting = {
  readonly node: Node
  readonly place: Workplace
  readonly server: FleetServer
  readonly python: string | undefined
}

/** Both sides have to find the same instances, and all of them: else there is nothing to compare. */
const haveSameIds = (fleet: Fleet, { ours, quick, custodian }: SweepRound): void => {
  for (const [side, swept] of Object.entries({ virtguard: ours, 'virtguard --quick': quick, custodian }))
    if (swept !== undefined && (swept.ids.size !== countHits(fleet) || ![...swept.ids].every(id => ours.ids.has(id))))
      throw new Error(`${side} found ${swept.ids.size} instances, and ${countHits(fleet)} are to be found`)
}

/** The other side has a program of its own for accounts. */
async function sweepAccounts({ node, place, python }: Setting, { name, fleet }: Task): Promise<SweepRound> {
  const ours = await runOwnSweep(node, place, fleet)
  const custodian = python === undefined || name !== MANY ? undefined : await runOrganizationSweep(python, place, fleet)
  // It has many processes, and the memory of the first says nothing of them.
  return { ours, ...(custodian !== undefined && { custodian: { ...custodian, peakMb: undefined } }) }
}

async function sweepOnce(setting: Setting, task: Task): Promise<SweepRound> {
  const { fleet } = task
  const round = fleet.accounts === undefined ? await sweepRegions(setting, fleet) : await sweepAccounts(setting, task)
  haveSameIds(fleet, round)
  return round
}

async function sweepRegions({ node, place, python }: Setting, fleet: Fleet): Promise<SweepRound> {
  const ours = await runOwnSweep(node, place, fleet)
  const quick = await runOwnSweep(node, place, fleet, true)
  return {
    ours,
    quick,
    ...(python !== undefined && { custodian: await runCustodianSweep(python, place, fleet) }),
  }
}

async function measureTask(setting: Setting, task: Task, progress: Progress): Promise<SweepCost> {
  const rounds: SweepRound[] = []
  await setting.server.set(task.fleet, task.latencyMs)
  for (let round = 0; round < task.rounds; round += 1) {
    progress.step(`${task.name}: round ${round + 1} of ${task.rounds}`, round / task.rounds)
    rounds.push(await sweepOnce(setting, task))
  }
  const calls = await setting.server.set(task.fleet, task.latencyMs)
  return { task, rounds, calls: Object.entries(calls).map(([action, count]) => `${action} ${count}`) }
}

async function findCustodianPython(say: (line: string) => void): Promise<string | undefined> {
  const python = findFastestPython()
  if (python === undefined) {
    say('Cloud Custodian needs Python 3.10.2 or newer, and there is none: only virtguard is measured')
    return undefined
  }
  try {
    return await buildCustodianEnvironment(python, say)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    say(`${error.message}: only virtguard is measured`)
    return undefined
  }
}

export type SweepOptions = {
  readonly node: Node
  readonly folder: string
  readonly tasks: readonly Task[]
}

/** Sweeps fleets with both sides in turn, each time in a fresh process. */
export async function sweepCost(options: SweepOptions, progress: Progress): Promise<readonly SweepCost[]> {
  const { node, folder, tasks } = options
  buildCommand()
  const { key, certificate } = makeCertificate(new Date())
  const files = { key: join(folder, 'fleet-key.pem'), certificate: join(folder, 'fleet-certificate.pem') }
  writeFileSync(files.key, key, { mode: 0o600 })
  writeFileSync(files.certificate, certificate)
  const python = await findCustodianPython(progress.say)
  const server = await startFleetServer(files.key, files.certificate)
  const setting = { node, place: { folder, url: server.url, certificate: files.certificate }, server, python }
  try {
    const costs: SweepCost[] = []
    for (const task of tasks) costs.push(await measureTask(setting, task, progress))
    return costs
  } finally {
    server.stop()
  }
}
