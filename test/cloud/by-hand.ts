// What nobody waits for in a test: a promise and a question that are minutes old, written by the ledger's own writes.
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { ACCOUNT, REGION } from '../../local/isolation.ts'
import { markAlerted } from '../../shared/aws/ledger/confirm.ts'
import { claimFindings } from '../../shared/aws/ledger/ledger.ts'
import { recordStopIntent } from '../../shared/aws/ledger/resolve.ts'
import { queryRows } from '../../shared/aws/ledger/rows.ts'
import type { StopMessage } from '../../shared/ledger/stop-message.ts'
import type { PromiseMessage } from '../../shared/ledger/sweep-message.ts'
import { aFinding, deferredTo } from '../support/findings.ts'
import type { TestCloud } from './cloud.ts'

export const WHERE = { accountId: ACCOUNT, region: REGION } as const

export const minutesAgo = (minutes: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 - minutes * 60_000)

const inSeconds = (date: Date): string => date.toISOString().replace('.000Z', 'Z')

const ledgerOf = ({ clients, stack }: TestCloud) => ({
  client: clients.dynamo,
  table: stack.outputs['LedgerTable'] ?? '',
})

/** A finding of this instance that was told, with the promise of a stop at that time; nothing is scheduled. */
export const promise = async (cloud: TestCloud, instanceId: string, due: Date): Promise<void> => {
  const ledger = ledgerOf(cloud)
  const stopAt = inSeconds(due)
  const { resource } = aFinding({ on: instanceId })
  const finding = aFinding({
    on: instanceId,
    resource: { ...resource, ...WHERE },
    action: deferredTo(stopAt),
  })
  const claimant = `by-hand-${instanceId}/1`
  await claimFindings([finding], ledger, { claimant, launchId: `r-${instanceId}`, now: due })
  const key = { pk: `${ACCOUNT}#${REGION}#${instanceId}`, sk: finding.rule }
  await markAlerted(ledger, [{ key, stopAt }], { claimant, at: due })
}

/** Writes that EC2 was asked to stop it then. */
export const asked = async (cloud: TestCloud, instanceId: string, at: Date): Promise<void> => {
  const ledger = ledgerOf(cloud)
  const rows = await queryRows(ledger, { ...WHERE, resourceId: instanceId })
  if (!(await recordStopIntent(ledger, rows, at))) throw new Error(`no promise for ${instanceId}`)
}

export const rowOf = async (cloud: TestCloud, instanceId: string) =>
  (await queryRows(ledgerOf(cloud), { ...WHERE, resourceId: instanceId }))[0]

/** Puts a message on the deployed queue of stops. */
export const sendStop = ({ clients, stack }: TestCloud, message: StopMessage) =>
  clients.sqs.send(
    new SendMessageCommand({ QueueUrl: stack.outputs['StopsQueueUrl'], MessageBody: JSON.stringify(message) }),
  )

/** What EventBridge Scheduler would put there. */
export const messageOf = (kind: 'stop' | 'check', instanceId: string, due: Date): StopMessage => ({
  kind,
  ...WHERE,
  instanceId,
  due: inSeconds(due),
  attempt: 1,
})

/** Puts on the deployed queue of sweeps what a digest asks for, with its time come: promises to what the budget had no room for. */
export const sendPromise = ({ clients, stack }: TestCloud, findings: PromiseMessage['findings']) => {
  const notBefore = inSeconds(minutesAgo(0))
  const message: PromiseMessage = { kind: 'promise', ...WHERE, findings, only: 'budget', notBefore }
  return clients.sqs.send(
    new SendMessageCommand({ QueueUrl: stack.outputs['SweepsQueueUrl'], MessageBody: JSON.stringify(message) }),
  )
}
