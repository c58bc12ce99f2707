import type { CustodianPolicy } from './custodian.ts'
import { type Bare, measureBare, type Run, type Runner, runFunction } from './measure.ts'
import type { Progress } from './progress.ts'
import { eventBridgeEvent, queueEvent } from './records.ts'
import { type Custodian, custodianCommand, type Node, ourCommand, type Workplace } from './sides.ts'
import type { Stub } from './stub/client.ts'

type BothRound = { readonly bare: Bare; readonly violating: Run; readonly compliant: Run }
/** Cloud Custodian's function has no notification to read. */
export type OurRound = BothRound & { readonly announced: Run; readonly unannounced: Run }
export type CustodianRound = BothRound & { readonly stopping: Run }

/** One measurement of each side, taken one right after the other. */
export type Round = { readonly ours: OurRound; readonly custodian?: CustodianRound }

export type Bench = {
  readonly stub: Stub
  readonly place: Workplace
  readonly node: Node
  /** The folder of the deployed bundle. */
  readonly bundle: string
  readonly custodian?: Custodian
}

/** Measures both sides in turn, in every other round the other one first. */
export async function runRounds(bench: Bench, count: number, progress: Progress): Promise<Round[]> {
  const rounds: Round[] = []
  for (let round = 0; round < count; round += 1) {
    progress.step(`round ${round + 1} of ${count}`, round / count)
    rounds.push(await runRound(bench, round % 2 === 1))
  }
  return rounds
}

async function runRound(bench: Bench, custodianFirst: boolean): Promise<Round> {
  const { custodian } = bench
  if (custodian === undefined) return { ours: await ourRound(bench) }
  if (custodianFirst) {
    const theirs = await custodianRound(bench, custodian)
    return { ours: await ourRound(bench), custodian: theirs }
  }
  return { ours: await ourRound(bench), custodian: await custodianRound(bench, custodian) }
}

async function ourRound({ node, place, bundle, stub }: Bench): Promise<OurRound> {
  const runner: Runner = {
    command: client => ourCommand(node, place, client, bundle),
    event: queueEvent,
    check: nothingFailed,
    warmEvents: { violating: 30, compliant: 500, announced: 30, unannounced: 30 },
  }
  return {
    bare: await measureBare(client => ourCommand(node, place, client)),
    violating: await runFunction(runner, 'violating', stub),
    compliant: await runFunction(runner, 'compliant', stub),
    announced: await runFunction(runner, 'announced', stub),
    unannounced: await runFunction(runner, 'unannounced', stub),
  }
}

async function custodianRound({ place, stub }: Bench, custodian: Custodian): Promise<CustodianRound> {
  const runner = (policy: CustodianPolicy): Runner => ({
    command: client => custodianCommand(custodian, place, client, policy),
    event: eventBridgeEvent,
    check: saidTrue,
    warmEvents: { violating: 8, compliant: 20, announced: 0, unannounced: 0 },
  })
  return {
    bare: await measureBare(client => custodianCommand(custodian, place, client)),
    violating: await runFunction(runner('notify'), 'violating', stub),
    compliant: await runFunction(runner('notify'), 'compliant', stub),
    stopping: await runFunction(runner('notify-and-stop'), 'violating', stub),
  }
}

function nothingFailed(result: unknown): void {
  const failures =
    typeof result === 'object' && result !== null && 'batchItemFailures' in result && result.batchItemFailures
  if (!Array.isArray(failures) || failures.length > 0) throw new Error(`virtguard said ${JSON.stringify(result)}`)
}

function saidTrue(result: unknown): void {
  if (result !== true) throw new Error(`Cloud Custodian said ${JSON.stringify(result)}`)
}
