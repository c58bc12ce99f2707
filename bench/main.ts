import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleFunction } from '../infra/bundle/bundle.ts'
import { UserError } from '../shared/errors.ts'
import { DEFAULT_POLICY } from '../shared/policy/load.ts'
import { type Burst, listBrokenBy } from './burst/burst.ts'
import { runBurstDeployed } from './burst/deployed.ts'
import { runBurstInProcess } from './burst/in-process.ts'
import { measureDecisionCost } from './decision.ts'
import { measureLintCost } from './lint/run.ts'
import { describeMachine, load, warnIfBusy } from './machine.ts'
import { findLambdaNode } from './node.ts'
import { HELP, type Options, type Part, readOptions } from './options.ts'
import { type Prepared, prepareCustodian } from './prepare.ts'
import { endAll } from './process.ts'
import { type Progress, startProgress } from './progress.ts'
import { replayCost } from './replay/run.ts'
import { type Report, reportText, writeReport } from './report.ts'
import { type Round, runRounds } from './rounds.ts'
import { queryRows, type Row, renderStoppingRows } from './rows.ts'
import type { Node } from './sides.ts'
import { makeCertificate } from './stub/certificate.ts'
import { startStub } from './stub/client.ts'
import { sweepRows } from './sweep/rows.ts'
import { listAccountTasks, listFleetTasks, sweepCost, type Task } from './sweep/run.ts'
import { countZipBytes } from './zip.ts'

type Measured = { readonly report: Report; readonly rounds: readonly Round[] }

async function measure(options: Options, folder: string, progress: Progress): Promise<Measured> {
  const loadBefore = load()
  const busy = warnIfBusy(loadBefore)
  if (busy !== undefined) progress.say(busy)
  const node = findLambdaNode(progress.say)
  const has = (part: Part) => options.parts.includes(part)
  const launches = has('launches') ? await measureLaunches({ options, folder, node, progress }) : undefined
  progress.part('decisions')
  if (has('decisions')) progress.step('parse, facts, rules and findings against JSON.parse')
  const decision = has('decisions') ? await measureDecisionCost(node, folder) : []
  progress.part('replay')
  const replaying = { node, folder, bytes: options.replayBytes, rounds: options.replayRounds }
  const replay = has('replay') ? await replayCost(replaying, progress) : undefined
  progress.part('lint')
  const linting = { node, folder, quick: options.quick, rounds: options.sweepRounds }
  const lint = has('lint') ? await measureLintCost(linting, progress) : undefined
  const swept = await measureSweeps({ options, folder, node, progress })
  progress.part('burst')
  const bursts = has('burst') ? await measureBurstCost(progress) : []
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    load: loadBefore,
    node: node.version,
    ...(launches?.prepared ? { custodian: launches.prepared.shipped.versions } : {}),
    latencyMs: options.latencyMs,
    rounds: options.rounds,
    rows: launches?.rows ?? [],
    stopping: renderStoppingRows(launches?.rounds ?? []),
    decision,
    ...(replay ? { replay } : {}),
    ...(lint ? { lint } : {}),
    ...swept,
    sweepRounds: options.sweepRounds,
    bursts,
  }
  return { report, rounds: launches?.rounds ?? [] }
}

async function measureSweeps({
  options,
  folder,
  node,
  progress,
}: Setting): Promise<Pick<Report, 'sweeps' | 'accounts'>> {
  const measureTasks = async (part: Part, tasks: readonly Task[]): Promise<readonly Row[]> => {
    progress.part(part)
    return options.parts.includes(part) ? sweepRows(await sweepCost({ node, folder, tasks }, progress)) : []
  }
  return {
    sweeps: await measureTasks('sweep', listFleetTasks(options.sweepRounds, options.quick)),
    accounts: await measureTasks('accounts', listAccountTasks(options.quick)),
  }
}

/** Last, because the local cloud removes from this process everything that leads to AWS. */
async function measureBurstCost(progress: Progress): Promise<readonly Burst[]> {
  progress.step('10,000 launches in process')
  const inProcess = await runBurstInProcess(10_000)
  try {
    return [await runBurstDeployed(1000, line => progress.step(line)), inProcess]
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    progress.say(`The burst on the local cloud is not measured: ${error.message}`)
    return [inProcess]
  }
}

type Setting = {
  readonly options: Options
  readonly folder: string
  readonly node: Node
  readonly progress: Progress
}

type Launches = {
  readonly rows: readonly Row[]
  readonly rounds: readonly Round[]
  readonly prepared: Prepared | undefined
}

async function measureLaunches({ options, folder, node, progress }: Setting): Promise<Launches> {
  const { key, certificate } = makeCertificate(new Date())
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') }
  writeFileSync(files.key, key, { mode: 0o600 })
  writeFileSync(files.certificate, certificate)
  const prepared = await prepareCustodian(folder, certificate, progress.say)
  progress.say('bundling evaluate as it is deployed')
  const bundle = await bundleFunction({ name: 'evaluate', policy: DEFAULT_POLICY, into: folder })
  const stub = await startStub({ ...files, latency: options.latencyMs })
  const place = { folder, url: stub.url, certificate: files.certificate }
  const custodian = prepared ? { custodian: prepared.custodian } : {}
  progress.part('launches')
  try {
    const rounds = await runRounds({ stub, place, node, bundle, ...custodian }, options.rounds, progress)
    const sizes = { ours: countZipBytes(bundle), ...(prepared ? { custodian: prepared.shipped.zipBytes } : {}) }
    return { rows: queryRows(rounds, sizes), rounds, prepared }
  } finally {
    stub.stop()
  }
}

/** Cloud Custodian writes its output under /tmp, whatever its settings: a folder for each policy. */
function removeCustodianOutput(): void {
  if (process.platform === 'win32') return
  for (const name of readdirSync('/tmp'))
    if (name.startsWith('virtguard-bench-notify')) rmSync(join('/tmp', name), { recursive: true, force: true })
}

function listBrokenPromises({ rows, bursts }: Report): string[] {
  const lines = rows
    .filter(row => row.promise && row.met === false)
    .map(row => `${row.name}: ${row.ours}, and ${row.target} is promised`)
  return [...lines, ...bursts.flatMap(listBrokenBy)]
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) {
    process.stdout.write(HELP)
    return 0
  }
  const progress = startProgress(process.stderr)
  const folder = mkdtempSync(join(tmpdir(), 'virtguard-bench-'))
  const cleanUp = () => {
    endAll()
    rmSync(folder, { recursive: true, force: true })
    removeCustodianOutput()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      cleanUp()
      process.exit(130)
    })
  try {
    const { report, rounds } = await measure(options, folder, progress)
    progress.done()
    process.stdout.write(reportText(report))
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ report, rounds }, null, 2)}\n`)
    if (options.write) writeReport(report)
    const broken = listBrokenPromises(report)
    for (const line of broken) process.stderr.write(`${line}\n`)
    return broken.length > 0 ? 1 : 0
  } finally {
    progress.done()
    cleanUp()
  }
}

main().then(
  code => {
    process.exitCode = code
  },
  error => {
    process.stderr.write(
      `${error instanceof UserError ? error.message : (error instanceof Error && error.stack) || error}\n`,
    )
    process.exitCode = error instanceof UserError ? 2 : 1
  },
)
