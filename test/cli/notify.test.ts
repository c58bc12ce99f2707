import { InvokeCommand } from '@aws-sdk/client-lambda'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { TestAnswer } from '../../shared/channels/message.ts'
import { deployed, expectNoCalls, failure, functions, titled } from './aws.ts'
import { virtguard } from './run-cli.ts'

const OUTPUTS = {
  Channels: 'ops night-shift',
  NotifyOpsFunction: 'Virtguard-NotifyOps-1',
  NotifyNightShiftFunction: 'Virtguard-NotifyNightShift-1',
}

beforeEach(() => {
  expectNoCalls()
  deployed(OUTPUTS)
})

const payload = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)) as never
const answers = (answer: TestAnswer): void => {
  functions.on(InvokeCommand).resolves({ StatusCode: 200, Payload: payload(answer) })
}
const notify = (...args: string[]) => virtguard(['notify', 'test', ...args])

describe('notify test', () => {
  test('has the function of the channel send one message, and reports that it arrived', async () => {
    answers({ channel: 'night-shift', type: 'webhook', arrived: true, says: 'the webhook answered HTTP 204' })
    expect(await notify('night-shift')).toMatchObject({
      code: 0,
      out: 'night-shift: arrived; the webhook answered HTTP 204\n',
      err: '',
    })
    const calls = functions.commandCalls(InvokeCommand)
    expect(calls.map(({ args: [{ input }] }) => input)).toEqual([
      { FunctionName: 'Virtguard-NotifyNightShift-1', Payload: '{"kind":"test"}' },
    ])
  })

  test('says in one line why the message did not arrive, and what to do', async () => {
    answers({
      channel: 'ops',
      type: 'slack',
      arrived: false,
      says: 'invalid_auth\nX: \u001b[31m',
      whatToDo: 'Put the bot token into the secret.',
    })
    const { code, out, errLines } = await notify('ops')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toMatch(/^virtguard: ops: did not arrive; invalid_auth.*; Put the bot token into the secret\.$/)
    expect(errLines[0]).not.toContain('\u001b')
  })

  test.each([
    [['opps'], 'virtguard: the stack Virtguard has no channel opps; did you mean ops?'],
    [['pager'], 'virtguard: the stack Virtguard has no channel pager; it has ops, night-shift'],
    [['NightShift'], 'virtguard: the stack Virtguard has no channel NightShift; did you mean night-shift?'],
  ])('knows the channels of the stack: %j', async (args, line) => {
    const { code, errLines } = await notify(...args)
    expect({ code, errLines }).toEqual({ code: 2, errLines: [line] })
  })

  test('says what to do if the stack has none', async () => {
    deployed({ LedgerTable: 'ledger' })
    const { code, err } = await notify('ops')
    expect(code).toBe(2)
    expect(err).toContain('was deployed without channels; write some in the policy, and deploy it')
  })

  test.each(
    titled([
      [failure('AccessDeniedException'), 'lambda:InvokeFunction: the credentials do not allow it; allow the call'],
      [failure('ResourceNotFoundException'), 'the function Virtguard-NotifyOps-1 is not there; deploy the stack again'],
      [failure('TooManyRequestsException', 'Rate exceeded'), 'lambda:InvokeFunction: Lambda refuses'],
      [failure('TimeoutError'), 'lambda:InvokeFunction: Lambda cannot be reached'],
    ]),
  )('explains a call that failed: %s', async (_, error, words) => {
    functions.on(InvokeCommand).rejects(error)
    const { code, errLines } = await notify('ops')
    expect(code).toBe(2)
    expect(errLines).toEqual([expect.stringContaining(words)])
  })

  test.each([
    [
      'that failed',
      { FunctionError: 'Unhandled', Payload: payload({ errorType: 'Runtime.ExitError' }) },
      'failed ({"errorType":"Runtime.ExitError"}); read its log, and deploy the stack again',
    ],
    ['of another version', { Payload: payload({ batchItemFailures: [] }) }, 'gives no answer to a test'],
    ['that says nothing', {}, 'gives no answer to a test'],
  ])('explains a function %s', async (_, answer, words) => {
    functions.on(InvokeCommand).resolves({ StatusCode: 200, ...answer })
    const { code, errLines } = await notify('ops')
    expect(code).toBe(2)
    expect(errLines).toEqual([expect.stringContaining(words)])
  })

  test('asks another stack if that is named', async () => {
    deployed({ Channels: 'ops', NotifyOpsFunction: 'Other-NotifyOps-1' }, 'Other')
    answers({ channel: 'ops', type: 'slack', arrived: true, says: 'Slack has taken it' })
    expect(await notify('ops', '--stack', 'Other')).toMatchObject({ code: 0 })
  })
})
