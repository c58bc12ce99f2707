import type { CustodianPolicy } from './custodian.ts'
import { type Bare, measureBare, type Run, type Runner, runFunction } from './measure.ts'
import type { Progress } from './progress.ts'
import { createEventBridgeEvent, createQueueEvent } from './records.ts'
import { buildCustodianCommand, buildOwnCommand, type Custodian, type Node, type Workplace } from './sides.ts'
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
  if (custodian === undefined) return { ours: await runOwnRound(bench) }
  if (custodianFirst) {
    const theirs = await runCustodianRound(bench, custodian)
    return { ours: await runOwnRound(bench), custodian: theirs }
  }
  return { ours: await runOwnRound(bench), custodian: await runCustodianRound(bench, custodian) }
}

async function runOwnRound({ node, place, bundle, stub }: Bench): Promise<OurRound> {
  const createRunner: Runner = {
    command: client => buildOwnCommand(node, place, client, bundle),
    event: createQueueEvent,
    check: requireNoFailure,
    warmEvents: { violating: 30, compliant: 500, announced: 30, unannounced: 30 },
  }
  return {
    bare: await measureBare(client => buildOwnCommand(node, place, client)),
    violating: await runFunction(createRunner, 'violating', stub),
    compliant: await runFunction(createRunner, 'compliant', stub),
    announced: await runFunction(createRunner, 'announced', stub),
    unannounced: await runFunction(createRunner, 'unannounced', stub),
  }
}

async function runCustodianRound({ place, stub }: Bench, custodian: Custodian): Promise<CustodianRound> {
  const createRunner = (policy: CustodianPolicy): Runner => ({
    command: client => buildCustodianCommand(custodian, place, client, policy),
    event: createEventBridgeEvent,
    check: requireTrue,
    warmEvents: { violating: 8, compliant: 20, announced: 0, unannounced: 0 },
  })
  return {
    bare: await measureBare(client => buildCustodianCommand(custodian, place, client)),
    violating: await runFunction(createRunner('notify'), 'violating', stub),
    compliant: await runFunction(createRunner('notify'), 'compliant', stub),
    stopping: await runFunction(createRunner('notify-and-stop'), 'violating', stub),
  }
}

function requireNoFailure(result: unknown): void {
  const failures =
    typeof result === 'object' && result !== null && 'batchItemFailures' in result && result.batchItemFailures
  if (!Array.isArray(failures) || failures.length > 0) throw new Error(`virtguard said ${JSON.stringify(result)}`)
}

function requireTrue(result: unknown): void {
  if (result !== true) throw new Error(`Cloud Custodian said ${JSON.stringify(result)}`)
}
