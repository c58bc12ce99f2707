import {
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { describe, expect, test } from '@jest/globals'
import { moveByTask } from '../../cli/redrive/move-task.ts'
import { failure, queues, titled } from './aws.ts'
import { arn, FROM, queuesHold, redrive, TO, url, withQueues } from './redriving.ts'

withQueues()

const task = (Status: string, StartedTimestamp: number, more = {}) => ({
  Results: [{ Status, StartedTimestamp, SourceArn: arn('FailedLaunches'), ...more }],
})
describe('redrive if SQS moves the messages itself', () => {
  test('asks SQS to move them, and says how many', async () => {
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

  test('waits for its task, and does not take an earlier one for it', async () => {
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

  test('waits for a task that is running already', async () => {
    queues.on(ListMessageMoveTasksCommand).resolvesOnce(task('RUNNING', 1)).resolves(task('COMPLETED', 1))
    queues
      .on(StartMessageMoveTaskCommand)
      .rejects(failure('UnsupportedOperation', 'There is already a task running. Only one active task is allowed.'))
    expect(await moveByTask(sqs, ends, wait)).toEqual({ moved: 0 })
  })

  test.each([
    ['FAILED', { FailureReason: 'AccessDenied' }, 'SQS moved no more: AccessDenied; repair that and redrive again'],
    ['CANCELLED', {}, 'SQS moved no more: the task is CANCELLED; repair that and redrive again'],
  ])('reports messages that are left if a task ends as %s, and sets the exit code', async (status, more, problem) => {
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

describe('the choice of queues to redrive', () => {
  test('moves nothing in a dry run, and counts the messages', async () => {
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

  test('goes on with the others if AWS refuses one', async () => {
    queues.on(ListMessageMoveTasksCommand).resolves(task('COMPLETED', 2))
    queues.on(ListMessageMoveTasksCommand, { SourceArn: arn('UndeliveredEvents') }).rejects(failure('AccessDenied'))
    queues.on(StartMessageMoveTaskCommand).rejects(failure('UnsupportedOperation', 'there is already a task running'))
    const { code, out, errLines } = await redrive('--all')
    expect(out.split('\n').filter(line => line.endsWith('nothing moved'))).toHaveLength(4)
    expect(errLines).toHaveLength(1)
    expect(code).toBe(1)
  })

  test('sends the messages of a queue given by its URL back to the queue that it serves', async () => {
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
  ])('needs --to for a queue given by its URL that serves %j', async (queueUrls, words) => {
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
  ])('refuses %j in one line', async (args, why) => {
    const { code, out, errLines } = await redrive(...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(errLines).toHaveLength(1)
    expect(errLines[0]).toContain(why)
  })

  test('names queues that do not exist', async () => {
    queues.on(GetQueueAttributesCommand).rejects(failure('QueueDoesNotExist'))
    const { code, errLines } = await redrive('FailedLaunches')
    expect(code).toBe(1)
    expect(errLines[0]).toContain('there is no such queue; check its name or URL')
  })
})
