import { describe, expect, test } from '@jest/globals'
import { type RowsAt, restoreUnabridged } from '../../../../functions/notify/senders/unabridged.ts'
import type { Alert } from '../../../../shared/alert/alert.ts'
import { renderSnsMessage } from '../../../../shared/alert/render-alert.ts'
import type { Job } from '../../../../shared/channels/sending.ts'
import { createRow } from '../../../../shared/ledger/claim.ts'
import { aFinding, anAlert, CLAIMANT, instanceIds } from '../../../support/findings.ts'

const ids = instanceIds(1000)
const findings = ids.map(on => aFinding({ on }))
const rows = new Map(
  findings.map(finding => [finding.resource.id, createRow(finding, { ...CLAIMANT, launchId: 'r-1' })]),
)

/** A launch of a thousand, as SNS could take it. */
const short: Alert = JSON.parse(JSON.parse(renderSnsMessage(anAlert(findings)).Message).default)

const world = () => {
  const jobs: Job[] = []
  const reads: number[] = []
  const rowsAt: RowsAt = async places => {
    reads.push(places.length)
    return places.flatMap(({ resourceId }) => rows.get(resourceId) ?? [])
  }
  const send = restoreUnabridged(rowsAt, async job => {
    jobs.push(job)
    return { kind: 'sent', says: 'ok' }
  })
  return { jobs, reads, send }
}

const alertsIn = ([job]: readonly Job[]): readonly Alert[] => {
  if (job?.kind === 'digest') return job.alerts
  return job?.kind === 'alert' ? [job.alert] : []
}

describe('a channel that programs read', () => {
  test('gets every instance of a launch of a thousand', async () => {
    const { jobs, reads, send } = world()
    expect(short.omitted).toBeGreaterThan(500)
    await send({ kind: 'alert', alert: short })
    expect(reads).toEqual([short.omitted])
    const [alert] = alertsIn(jobs)
    expect(alert?.findings.map(({ resource }) => resource.id)).toEqual(ids)
    expect(alert?.omitted).toBe(0)
  })

  test('gets every instance in a digest, too', async () => {
    const { jobs, send } = world()
    await send({ kind: 'digest', alerts: [anAlert(), short] })
    expect(alertsIn(jobs).map(alert => alert.findings.length)).toEqual([1, 1000])
  })

  test('costs no read if nothing was left out', async () => {
    const { jobs, reads, send } = world()
    const all: readonly Job[] = [
      { kind: 'alert', alert: anAlert() },
      { kind: 'test', at: '2026-11-24T08:00:00.000Z' },
    ]
    for (const job of all) await send(job)
    expect(jobs).toEqual(all)
    expect(reads).toEqual([])
  })

  test('gets nothing while the ledger cannot be read, and the message comes again', async () => {
    const jobs: Job[] = []
    const failing = restoreUnabridged(
      () => Promise.reject(new Error('no capacity')),
      async job => {
        jobs.push(job)
        return { kind: 'sent', says: 'ok' }
      },
    )
    await expect(failing({ kind: 'alert', alert: short })).rejects.toThrow('no capacity')
    expect(jobs).toEqual([])
  })
})
