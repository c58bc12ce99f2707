import { describe, expect, test } from '@jest/globals'
import { processEvent } from '../../../functions/evaluate/process-event.ts'
import type { SnsMessage } from '../../../shared/alert/sns-message.ts'
import { readEvent } from '../../../shared/facts/read-event.ts'
import { somePorts } from '../../support/ports.ts'
import { first, pvLaunch, second } from './launches.ts'

const event = readEvent(pvLaunch(1))
const START = Date.parse('2026-11-24T08:00:10Z')

/** A topic whose first answers are errors, on a clock that stands still until it is set. */
const unreliable = (errors: readonly Error[]) => {
  const left = [...errors]
  const sent: SnsMessage[] = []
  let time = START
  const { ports, counted } = somePorts({
    now: () => new Date(time),
    publish: async message => {
      const error = left.shift()
      if (error !== undefined) throw error
      sent.push(message)
    },
  })
  const pass = (seconds: number): void => {
    time += seconds * 1_000
  }
  return { ports, counted, sent, pass }
}

const refused = Object.assign(new Error('AuthorizationError'), { $metadata: { httpStatusCode: 403 } })
const failed = Object.assign(new Error('InternalError'), { $metadata: { httpStatusCode: 500 } })

describe('an alert that SNS does not accept', () => {
  test('is published when the message is delivered again, and only then counts as alerted', async () => {
    const { ports, counted, sent, pass } = unreliable([failed])
    await expect(processEvent(event, first, ports)).rejects.toThrow('InternalError')
    expect(counted).not.toContain('Alerts')
    pass(180)
    expect(await processEvent(event, second, ports)).toEqual({ kind: 'done', alerts: 1 })
    expect(sent).toHaveLength(1)
  })

  test('is published however soon the message is delivered again, if SNS refused it', async () => {
    const { ports, sent } = unreliable([refused])
    await expect(processEvent(event, first, ports)).rejects.toThrow('AuthorizationError')
    expect(await processEvent(event, second, ports)).toEqual({ kind: 'done', alerts: 1 })
    expect(sent).toHaveLength(1)
  })

  test('is not published again before it could have been delivered back, as far as that is known', async () => {
    const { ports, sent } = unreliable([failed])
    await expect(processEvent(event, first, ports)).rejects.toThrow('InternalError')
    expect(await processEvent(event, second, ports)).toMatchObject({ kind: 'again' })
    expect(sent).toEqual([])
  })
})

test('a message that is delivered twice at the same moment is alerted once, and the other delivery comes again', async () => {
  const { ports, sent, pass } = unreliable([])
  const outcomes = await Promise.all([processEvent(event, first, ports), processEvent(event, second, ports)])
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['again', 'done'])
  expect(sent).toHaveLength(1)
  // SNS is slow to bring it back: the lease is over first, which is when an alert may be repeated.
  pass(151)
  expect(await processEvent(event, second, ports)).toEqual({ kind: 'done', alerts: 1 })
})
