import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readMessage } from '../../../functions/enforce/message.ts'
import { EventError } from '../../../shared/errors.ts'
import { aRunningNotification } from '../../support/builders.ts'

const id = 'i-0123456789abcdef0'
const stop = {
  kind: 'stop',
  accountId: '123456789012',
  region: 'us-east-1',
  instanceId: id,
  due: '2026-11-24T08:15:30Z',
  attempt: 1,
}

const read = (message: object) => readMessage(JSON.stringify(message))

describe('a message of the queue of stops', () => {
  test.each([stop, { ...stop, kind: 'check', attempt: 3, alert: '9f961e03a110' }])(
    'of our own is read as it was written',
    message => {
      expect(read(message)).toStrictEqual(message)
    },
  )

  test('for a digest names the account and the region, and nothing else', () => {
    const digest = { kind: 'digest', accountId: '123456789012', region: 'us-east-1' }
    expect(read(digest)).toEqual(digest)
  })

  test('of EC2 says which instance has stopped, and when', () => {
    const notice = aRunningNotification({ instanceId: id, state: 'stopped', time: '2026-11-24T08:16:02Z' })
    expect(read(notice)).toEqual({
      kind: 'stopped',
      accountId: '123456789012',
      region: 'us-east-1',
      instanceId: id,
      at: '2026-11-24T08:16:02Z',
    })
  })

  test('of EC2 about another state is not ours', () => {
    expect(read(aRunningNotification({ state: 'stopping' })).kind).toBe('ignored')
  })

  test.each([
    [{ ...stop, kind: 'terminate' }, 'kind: expected stop, check, digest or try-roles, got "terminate"'],
    [{ ...stop, instanceId: '*' }, 'instanceId: expected an instance id, got "*"'],
    [{ ...stop, instanceId: 'ami-i-0123' }, 'instanceId: expected an instance id, got "ami-i-0123"'],
    [{ ...stop, instanceId: 'i-0123*' }, 'instanceId: expected an instance id, got "i-0123*"'],
    [{ ...stop, instanceId: undefined }, 'instanceId: expected a string, got nothing'],
    [{ ...stop, due: 'soon' }, 'due: expected a time like 2026-11-24T08:00:00Z, got "soon"'],
    [{ ...stop, attempt: -1 }, 'attempt: expected a whole number above 0, got "-1"'],
    [{ ...stop, attempt: 0 }, 'attempt: expected a whole number above 0, got "0"'],
    [{ ...stop, attempt: 1.5 }, 'attempt: expected a whole number above 0, got "1.5"'],
    [{ ...stop, attempt: '1' }, 'attempt: expected a whole number above 0, got "1"'],
    [{ ...aRunningNotification({ state: 'stopped' }), detail: undefined }, 'detail: expected an object, got nothing'],
  ])('that is damaged is refused with the name of the field', (message, problem) => {
    expect(() => read(message)).toThrow(new EventError(problem))
  })

  test('that is JSON and no object is named by what it is', () => {
    expect(() => read([stop])).toThrow(EventError)
    expect(() => read([stop])).not.toThrow(/not JSON/)
  })

  test('that is not JSON is refused', () => {
    expect(() => readMessage('stop!')).toThrow(/^not JSON: /)
  })

  test('never fails in another way, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map(text => `{"kind":"stop","detail":${text}}`),
        ),
        body => {
          try {
            readMessage(body)
          } catch (error) {
            expect(error).toBeInstanceOf(EventError)
          }
        },
      ),
    )
  })
})
