/** Rows of the ledger brought to a state by the real writes, on a DynamoDB in memory. */
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { recordStopIntent, resolveRow } from '../../shared/aws/ledger/resolve.ts'
import { queryRows } from '../../shared/aws/ledger/rows.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { buildRowKey, type Row, type RowOutcome, type State } from '../../shared/ledger/row.ts'
import { inMemoryDynamo } from './cloud/dynamodb.ts'
import { aFinding, deferredTo, PLACE } from './findings.ts'

export const T0 = new Date('2026-11-24T08:00:30Z')
export const STOP_AT = '2026-11-24T08:15:30Z'
/** So many seconds after the first report of the finding. */
export const at = (seconds: number): Date => new Date(T0.getTime() + seconds * 1000)
/** The time of an event of EC2 or CloudTrail. */
export const eventAt = (seconds: number) => ({
  id: `event-${seconds}`,
  name: 'EC2 Instance State-change Notification',
  time: `${at(seconds).toISOString().slice(0, 19)}Z`,
})

export const ID = 'i-0123456789abcdef0'

export const aLedger = () => {
  const dynamo = inMemoryDynamo()
  const ledger = { client: dynamo.client(), table: 'ledger' }
  const where = { ...PLACE, resourceId: ID }
  const row = async (rule = 'paravirtual-instance'): Promise<Row> => {
    const found = (await queryRows(ledger, where)).find(({ sk }) => sk === rule)
    if (found === undefined) throw new Error(`no row of ${rule}`)
    return found
  }
  const claiming = (findings: readonly Finding[], claimant: string, seconds: number) =>
    claimFindings(findings, ledger, { claimant, launchId: 'r-1', now: at(seconds) })
  const claim = async (...claim: Parameters<typeof claiming>) => (await claiming(...claim)).ours
  return { ...dynamo, ledger, where, row, claim, claiming }
}

type Told = ReturnType<typeof aLedger>

export const keyOf = (finding: Finding) =>
  buildRowKey({ ...finding.resource, resourceId: finding.resource.id, rule: finding.rule })

const PROMISE = deferredTo(STOP_AT)

/** A finding that was alerted, with the promise of a stop. */
export const deferred = async (world: Told, finding: Finding = aFinding()): Promise<Row> => {
  await world.claim([{ ...finding, action: PROMISE }], 'message-1', 0)
  await markAlerted(world.ledger, [{ key: keyOf(finding), stopAt: STOP_AT }], { claimant: 'message-1', at: at(2) })
  return world.row(finding.rule)
}

/** One whose stop EC2 was asked for, at 900 seconds. */
export const asked = async (world: Told, finding: Finding = aFinding()): Promise<Row> => {
  const row = await deferred(world, finding)
  await recordStopIntent(world.ledger, [row], at(900))
  return world.row(finding.rule)
}

/** A finding with an outcome, at 960 seconds. */
export const ended = async (world: Told, to: RowOutcome['to'], wasAsked = to === 'STOPPED'): Promise<Row> => {
  const row = await (wasAsked ? asked(world) : deferred(world))
  await resolveRow(world.ledger, row, { to, because: { code: 'TEST' }, claimant: 'message-2', now: at(960) })
  return world.row(row.sk)
}

/** A row in any state. */
export const inState = async (world: Told, state: State): Promise<Row> => {
  if (state === 'SUPPRESSED') {
    await world.claim([aFinding({ workflow: 'SUPPRESSED' })], 'message-1', 0)
    return world.row()
  }
  if (state === 'DEFERRED') return deferred(world)
  if (state !== 'NEW' && state !== 'ALERTED') return ended(world, state)
  await world.claim([aFinding()], 'message-1', 0)
  if (state === 'ALERTED')
    await markAlerted(world.ledger, [{ key: keyOf(aFinding()) }], { claimant: 'message-1', at: at(2) })
  return world.row()
}
