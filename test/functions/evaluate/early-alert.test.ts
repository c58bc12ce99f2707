import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import type { Finding } from '../../../shared/engine/finding.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import type { Claimed } from '../../../shared/ledger/row.ts'
import { somePorts } from '../../support/ports.ts'
import { alertIn, first, pvLaunch } from './launches.ts'

/** A ledger that grants what it is told to, and a topic that holds; `trace` has everything in the order in which it happened. */
const world = (
  grant: (findings: readonly Finding[]) => readonly Claimed[],
  more: Parameters<typeof somePorts>[0] = {},
) => {
  const trace: string[] = []
  const alerted: SnsMessage[] = []
  const publish = (how: string) => async (message: SnsMessage) => {
    trace.push(how)
    alerted.push(message)
  }
  const { ports } = somePorts({
    claim: async (findings, _, onSent) => {
      trace.push('asked')
      onSent()
      await new Promise(resolve => setTimeout(resolve, 5))
      trace.push('answered')
      const ours = grant(findings)
      return { ours, beingAlerted: false, isFirst: true, release: async () => void trace.push('released') }
    },
    publish: publish('published'),
    hold: message => {
      trace.push('held')
      return { send: () => publish('sent')(message), drop: () => trace.push('dropped') }
    },
    ...more,
  })
  return { ports, trace, told: alerted }
}

const all = (findings: readonly Finding[]): readonly Finding[] => findings.filter(({ workflow }) => workflow === 'NEW')

describe('an alert that is prepared while the ledger answers', () => {
  test('is sent once the ledger has granted all of it, and is the alert that it would have been', async () => {
    const { ports, trace, told: alerted } = world(all)
    await processEvent(readEvent(pvLaunch(2)), first, ports)
    expect(trace).toEqual(['asked', 'held', 'answered', 'sent'])
    const plain = somePorts()
    await processEvent(readEvent(pvLaunch(2)), first, plain.ports)
    expect(alerted).toEqual(plain.published)
  })

  test('is dropped if the ledger grants nothing', async () => {
    const { ports, trace } = world(() => [])
    await processEvent(readEvent(pvLaunch(2)), first, ports)
    expect(trace).toEqual(['asked', 'held', 'answered', 'dropped'])
  })

  test('is dropped if the ledger grants less, and only that is alerted', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), async chosen => {
        let ours: readonly Finding[] = []
        const {
          ports,
          trace,
          told: alerted,
        } = world(findings => {
          ours = all(findings).filter((_, index) => chosen[index])
          return ours
        })
        await processEvent(readEvent(pvLaunch(2)), first, ports)
        const isWhole = chosen.every(one => one)
        const after = isWhole ? ['sent'] : ours.length > 0 ? ['dropped', 'published'] : ['dropped']
        expect(trace).toEqual(['asked', 'held', 'answered', ...after])
        const ids = alerted.flatMap(message => alertIn(message).findings.map(({ id }) => id))
        expect(ids).toEqual(ours.map(({ id }) => id))
      }),
    ))

  test('is dropped if a finding recurred, because the alert has to say so', async () => {
    const previous = { state: 'STOPPED', at: '2026-11-20T08:00:00.000Z' } as const
    const { ports, trace, told: alerted } = world(findings => all(findings).map(finding => ({ ...finding, previous })))
    await processEvent(readEvent(pvLaunch(1)), first, ports)
    expect(trace).toEqual(['asked', 'held', 'answered', 'dropped', 'published'])
    expect(alertIn(alerted[0]).findings[0]?.previous).toEqual(previous)
  })

  test('is dropped if the ledger does not answer', async () => {
    const { ports, trace } = world(all, {
      claim: async (_, __, onSent) => {
        onSent()
        throw new Error('no ledger')
      },
    })
    await expect(processEvent(readEvent(pvLaunch(1)), first, ports)).rejects.toThrow('no ledger')
    expect(trace).toEqual(['held', 'dropped'])
  })

  test('is prepared once, however often the ledger is asked', async () => {
    const { ports, trace } = world(all, {
      claim: async (findings, _, onSent) => {
        onSent()
        onSent()
        return { ours: all(findings), beingAlerted: false, isFirst: true, release: async () => undefined }
      },
    })
    await processEvent(readEvent(pvLaunch(1)), first, ports)
    expect(trace).toEqual(['held', 'sent'])
  })

  test('is sent by the SDK if it cannot be prepared', async () => {
    const { ports, trace } = world(all, {
      hold: () => {
        throw new Error('no connection')
      },
    })
    await processEvent(readEvent(pvLaunch(1)), first, ports)
    expect(trace).toEqual(['asked', 'answered', 'published'])
  })

  test('gives back what was claimed if SNS refuses it', async () => {
    const refusal = Object.assign(new Error('denied'), { $metadata: { httpStatusCode: 403 } })
    const { ports, trace } = world(all, {
      hold: () => ({ send: () => Promise.reject(refusal), drop: () => undefined }),
    })
    await expect(processEvent(readEvent(pvLaunch(1)), first, ports)).rejects.toBe(refusal)
    expect(trace).toEqual(['asked', 'answered', 'released'])
  })
})
