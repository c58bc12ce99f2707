import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { moveMessages } from '../../cli/redrive/move-messages.ts'
import { moveByTask } from '../../cli/redrive/move-task.ts'
import { deployed, expectNoCalls, failure, queues, titled } from './aws.ts'
import { virtguard } from './run-cli.ts'

const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/Virtguard-${name}-1`
const arn = (name: string) => `arn:aws:sqs:us-east-1:123456789012:Virtguard-${name}-1`

const NAMES = ['Launches', 'Alerted', 'UndeliveredEvents', 'FailedLaunches', 'UndeliveredAlerts', 'FailedConfirmations']
const OUTPUTS = Object.fromEntries(NAMES.map(name => [`${name}QueueUrl`, url(name)]))

/** Every queue of the stack, with so many messages in it. */
const queuesHold = (about: Readonly<Record<string, number>> = {}): void => {
  for (const name of NAMES)
    queues.on(GetQueueAttributesCommand, { QueueUrl: url(name) }).resolves({
      Attributes: {
        QueueArn: arn(name),
        ApproximateNumberOfMessages: String(about[name] ?? 0),
        ApproximateNumberOfMessagesNotVisible: '1',
      },
    })
}

beforeEach(() => {
  expectNoCalls()
  deployed(OUTPUTS)
  queuesHold()
})

const task = (Status: string, StartedTimestamp: number, more = {}) => ({
  Results: [{ Status, StartedTimestamp, SourceArn: arn('FailedLaunches'), ...more }],
})
const redrive = (...args: string[]) => virtguard(['redrive', ...args])

describe('where SQS moves the messages itself', () => {
  test('it is asked to, and says how many', async () => {
    queues
      .on(ListMessageMoveTasksCommand)
      .resolvesOnce({})
      .resolves(task('COMPLETED', 2, { ApproximateNumberOfMessagesMoved: 1200 }))
    queues
      .on(StartMessageMoveTaskCommand, { SourceArn: arn('FailedLaunches'), DestinationArn: arn('Launches') })
      .resolves({ TaskHandle: 'handle' })
    const { code, out, err } = await redrive('FailedLaunches')
    expect({ code, out, err }).toEqual({ code: 0, out: 'FailedLaunches → Launches: 1,200 messages moved\n', err: '' })
  })

  const ends = { fromArn: arn('FailedLaunches'), toArn: arn('Launches') }
  const sqs = new SQSClient({ region: 'us-east-1' })
  const waits: number[] = []
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds)
  }

  test('it is waited for; a task of before is not taken for this one', async () => {
    queues
      .on(ListMessageMoveTasksCommand)
      .resolvesOnce(task('COMPLETED', 1, { ApproximateNumberOfMessagesMoved: 7 }))
      .resolvesOnce(task('COMPLETED', 1, { ApproximateNumberOfMessagesMoved: 7 }))
      .resolvesOnce(task('RUNNING', 2))
      .resolvesOnce(task('RUNNING', 2))
      .resolvesOnce(task('COMPLETED', 2, { ApproximateNumberOfMessagesMoved: 3 }))
    queues.on(StartMessageMoveTaskCommand).resolves({})
    expect(await moveByTask(sqs, ends, wait)).toEqual({ moved: 3 })
    expect(waits.splice(0)).toEqual([1000, 2000, 4000])
  })

  test('one that is under way already is waited for', async () => {
    queues.on(ListMessageMoveTasksCommand).resolvesOnce(task('RUNNING', 1)).resolves(task('COMPLETED', 1))
    queues
      .on(StartMessageMoveTaskCommand)
      .rejects(failure('UnsupportedOperation', 'There is already a task running. Only one active task is allowed.'))
    expect(await moveByTask(sqs, ends, wait)).toEqual({ moved: 0 })
  })

  test.each([
    ['FAILED', { FailureReason: 'AccessDenied' }, 'SQS moved no more: AccessDenied; repair that and redrive again'],
    ['CANCELLED', {}, 'SQS moved no more: the task is CANCELLED; repair that and redrive again'],
  ])('one that ends as %s leaves something, and the exit code says so', async (status, more, problem) => {
    const end = task(status, 2, { ApproximateNumberOfMessagesMoved: 1, ...more })
    queues.on(ListMessageMoveTasksCommand).resolvesOnce({}).resolves(end)
    queues.on(StartMessageMoveTaskCommand).resolves({})
    const { code, out, errLines } = await redrive('FailedLaunches')
    expect({ code, out }).toEqual({ code: 1, out: 'FailedLaunches → Launches: 1 message moved\n' })
    expect(errLines).toEqual([`virtguard: FailedLaunches → Launches: ${problem}`])
  })

  test.each(
    titled([
      [failure('AccessDenied'), 'sqs:StartMessageMoveTask: the credentials do not allow it; allow the call'],
      [failure('RequestThrottled'), 'sqs:StartMessageMoveTask: SQS is throttling calls'],
      [failure('Error', 'connect ECONNRESET', { code: 'ECONNRESET' }), 'SQS cannot be reached'],
    ]),
  )('%s', async (_, error, words) => {
    queues.on(ListMessageMoveTasksCommand).resolves({})
    queues.on(StartMessageMoveTaskCommand).rejects(error)
    const { code, errLines } = await redrive('FailedLaunches')
    expect(code).toBe(1)
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(words)
  })
})

const FROM = url('UndeliveredEvents')
const TO = url('Launches')

/** SQS without move tasks, with a dead-letter queue that keeps what is not deleted, and a queue that takes messages. */
const aQueue = (messages: readonly Message[]) => {
  const inQueue = new Map(messages.map(message => [message.MessageId ?? '', message]))
  const taken: object[] = []
  const order: string[] = []
  let handles = 0
  queues.on(ListMessageMoveTasksCommand).rejects(failure('InvalidAction', 'no such action'))
  queues
    .on(StartMessageMoveTaskCommand)
    .rejects(failure('InvalidParameterValue', 'Source queue must be configured as a DLQ'))
  queues.on(ReceiveMessageCommand, { QueueUrl: FROM }).callsFake(({ MaxNumberOfMessages }) => ({
    Messages: [...inQueue.values()]
      .slice(0, MaxNumberOfMessages)
      .map(message => ({ ...message, ReceiptHandle: `${message.MessageId} ${handles++}` })),
  }))
  queues.on(SendMessageCommand).callsFake(({ QueueUrl, ...message }) => {
    expect(QueueUrl).toBe(TO)
    order.push(`send ${message.MessageBody}`)
    taken.push(message)
    return { MessageId: `new-${taken.length}` }
  })
  const remove = ({ Entries }: { Entries: { Id: string; ReceiptHandle: string }[] }) => {
    for (const { ReceiptHandle } of Entries) {
      const [id = ''] = ReceiptHandle.split(' ')
      order.push(`delete ${inQueue.get(id)?.Body}`)
      inQueue.delete(id)
    }
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] }
  }
  queues.on(DeleteMessageBatchCommand, { QueueUrl: FROM }).callsFake(remove)
  return { inQueue, taken, order, remove }
}

const message = (id: string, more: Partial<Message> = {}): Message => ({ MessageId: id, Body: `body ${id}`, ...more })

describe('where SQS does not move them', () => {
  test('each is sent as it was, then deleted; and it is said', async () => {
    const MessageAttributes = { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } }
    const { inQueue, taken, order } = aQueue([
      message('a', { MessageAttributes }),
      message('b', { Attributes: { AWSTraceHeader: 'Root=1-2' } }),
    ])
    const { code, out, err } = await redrive('UndeliveredEvents')
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'UndeliveredEvents → Launches: 2 messages moved, one by one\n',
      err: '',
    })
    expect(taken).toEqual([
      { MessageBody: 'body a', MessageAttributes },
      {
        MessageBody: 'body b',
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2' } },
      },
    ])
    expect(order).toEqual(['send body a', 'send body b', 'delete body a', 'delete body b'])
    expect(inQueue.size).toBe(0)
  })

  test('more than one answer holds', async () => {
    const { inQueue, taken } = aQueue(Array.from({ length: 34 }, (_, index) => message(`m${index}`)))
    expect((await redrive('UndeliveredEvents')).out).toContain('34 messages moved')
    expect([inQueue.size, taken.length]).toEqual([0, 34])
  })

  test('one that is refused stays, and those that were taken are deleted', async () => {
    const { inQueue, taken } = aQueue([message('a'), message('b'), message('c')])
    queues.on(SendMessageCommand, { MessageBody: 'body b' }).rejects(failure('AccessDenied'))
    const { code, out, errLines } = await redrive('UndeliveredEvents')
    expect({ code, out }).toEqual({ code: 1, out: 'UndeliveredEvents → Launches: 2 messages moved, one by one\n' })
    expect(errLines[0]).toBe(
      'virtguard: UndeliveredEvents → Launches: sqs:SendMessage: the credentials do not allow it; allow the call; what is not moved is there again in 60 seconds',
    )
    expect([...inQueue.keys()]).toEqual(['b'])
    expect(taken).toHaveLength(2)
  })

  test('one that was sent and not deleted is received again, deleted, and not sent twice', async () => {
    const { inQueue, taken, remove } = aQueue([message('a'), message('b')])
    const failing = { first: true }
    queues.on(DeleteMessageBatchCommand, { QueueUrl: FROM }).callsFake(input => {
      if (!failing.first) return remove(input)
      failing.first = false
      const { Successful } = remove({ Entries: input.Entries.slice(0, 1) })
      return { Successful, Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] }
    })
    const { code, out } = await redrive('UndeliveredEvents')
    expect({ code, out }).toEqual({ code: 0, out: 'UndeliveredEvents → Launches: 2 messages moved, one by one\n' })
    expect([inQueue.size, taken.length]).toEqual([0, 2])
  })

  test('dying between the send and the delete loses none: the next run sends it once more', async () => {
    const { inQueue, taken } = aQueue([message('a')])
    queues
      .on(DeleteMessageBatchCommand, { QueueUrl: FROM })
      .rejects(failure('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }))
    const { code, errLines } = await redrive('UndeliveredEvents')
    expect(code).toBe(1)
    expect(errLines[0]).toContain('sqs:DeleteMessage: SQS cannot be reached')
    expect(errLines[0]).toContain(
      '1 message of these could not be deleted where it was; redriven again, it arrives twice',
    )
    expect([...inQueue.keys()]).toEqual(['a'])
    aQueue([...inQueue.values()])
    await redrive('UndeliveredEvents')
    expect(taken).toHaveLength(1)
    expect(queues.commandCalls(SendMessageCommand)).toHaveLength(2)
  })

  test('a bug is no answer of SQS', async () => {
    queues.on(ReceiveMessageCommand).rejects(new TypeError('x is not a function'))
    const sqs = new SQSClient({ region: 'us-east-1' })
    await expect(moveMessages(sqs, { from: FROM, to: TO })).rejects.toThrow(TypeError)
  })
})

describe('which queues', () => {
  test('a dry run says how many there are, and moves none', async () => {
    queuesHold({ FailedLaunches: 1233, UndeliveredAlerts: 0 })
    const { code, out } = await redrive('--all', '--dry-run')
    expect(code).toBe(0)
    expect(out).toBe(
      [
        'UndeliveredEvents → Launches: about 1 message would be moved',
        'FailedLaunches → Launches: about 1,234 messages would be moved',
        'UndeliveredAlerts → Alerted: about 1 message would be moved',
        'FailedConfirmations → Alerted: about 1 message would be moved',
        '',
      ].join('\n'),
    )
  })

  test('one that AWS refuses does not keep the others', async () => {
    queues.on(ListMessageMoveTasksCommand).resolves(task('COMPLETED', 2))
    queues.on(ListMessageMoveTasksCommand, { SourceArn: arn('UndeliveredEvents') }).rejects(failure('AccessDenied'))
    queues.on(StartMessageMoveTaskCommand).rejects(failure('UnsupportedOperation', 'there is already a task running'))
    const { code, out, errLines } = await redrive('--all')
    expect(out.split('\n').filter(line => line.endsWith('nothing moved'))).toHaveLength(4)
    expect(errLines).toHaveLength(1)
    expect(code).toBe(1)
  })

  test('one by its URL goes back to the queue that it serves', async () => {
    queues
      .on(ListDeadLetterSourceQueuesCommand, { QueueUrl: url('FailedLaunches') })
      .resolves({ queueUrls: [url('Launches')] })
    expect((await redrive(url('FailedLaunches'), '--dry-run')).out).toBe(
      'Virtguard-FailedLaunches-1 → Virtguard-Launches-1: about 1 message would be moved\n',
    )
  })

  test.each([
    [[], 'no queue names it as its dead-letter queue; say with --to'],
    [[TO, url('Alerted')], '2 queues name it as their dead-letter queue; say with --to'],
  ])('one by its URL that serves %j needs --to', async (queueUrls, words) => {
    queues.on(ListDeadLetterSourceQueuesCommand).resolves({ queueUrls })
    const { code, errLines } = await redrive(FROM)
    expect(code).toBe(2)
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(words)
    expect((await redrive(FROM, '--to', TO, '--dry-run')).code).toBe(0)
  })

  test.each([
    [[], 'name a dead-letter queue, like FailedLaunches, or give --all'],
    [['FailedLaunches', '--all'], '--all moves every queue'],
    [['FailedLaunchs'], 'the stack Virtguard has no dead-letter queue FailedLaunchs; did you mean FailedLaunches?'],
    [['Launches'], 'the stack Virtguard has no dead-letter queue Launches'],
    [['FailedStops'], 'the stack Virtguard has no dead-letter queue FailedStops'],
    [['FailedLaunches', '--to', TO], '--to is the URL of a queue'],
    [[FROM, '--to', 'Launches'], '--to is the URL of a queue'],
    [[FROM, '--stack', 'x'], '--stack is for finding queues by name'],
  ])('%j is a mistake in one line', async (args, why) => {
    const { code, out, errLines } = await redrive(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })

  test('that are not there', async () => {
    queues.on(GetQueueAttributesCommand).rejects(failure('QueueDoesNotExist'))
    const { code, errLines } = await redrive('FailedLaunches')
    expect(code).toBe(1)
    expect(errLines[0]).toContain('there is no such queue; check its name or URL')
  })
})
