import {
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { askAws, explainError } from '../aws/asking.ts'

/** The result of a move. `problem` says why some messages are not moved, and what to do. */
export type Moved = { readonly moved: number; readonly problem?: string }

export type Ends = { readonly fromArn: string; readonly toArn: string }

type Wait = (milliseconds: number) => Promise<void>

// SQS moves only messages that another queue dead-lettered (not EventBridge, Scheduler or SNS), and other clouds may
// not know the call.
const UNSUPPORTED =
  /UnsupportedOperation|InvalidParameterValue|InvalidAction|UnknownOperation|UnknownAction|NotImplemented|ResourceNotFound/
const UNDER_WAY = /already|active task/i

const start = async (sqs: SQSClient, { fromArn, toArn }: Ends): Promise<'started' | 'under way' | 'unsupported'> => {
  try {
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: fromArn, DestinationArn: toArn }))
    return 'started'
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (UNSUPPORTED.test(error.name) || UNSUPPORTED.test(error.message))
      return UNDER_WAY.test(error.message) ? 'under way' : 'unsupported'
    throw explainError('sqs:StartMessageMoveTask', error)
  }
}

const findLatest = async (sqs: SQSClient, fromArn: string): Promise<ListMessageMoveTasksResultEntry | undefined> => {
  const call = sqs.send(new ListMessageMoveTasksCommand({ SourceArn: fromArn, MaxResults: 1 }))
  return (await askAws('sqs:ListMessageMoveTasks', call)).Results?.[0]
}

const findTaskBefore = async (sqs: SQSClient, fromArn: string): Promise<number | undefined> => {
  try {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: fromArn, MaxResults: 1 }))
    return Results[0]?.StartedTimestamp
  } catch (error) {
    if (error instanceof Error && UNSUPPORTED.test(`${error.name} ${error.message}`)) return undefined
    throw explainError('sqs:ListMessageMoveTasks', error)
  }
}

const countMoved = (task: ListMessageMoveTasksResultEntry): Moved => {
  const moved = task.ApproximateNumberOfMessagesMoved ?? 0
  if (task.Status === 'COMPLETED') return { moved }
  const why = task.FailureReason ?? `the task is ${task.Status}`
  return { moved, problem: `SQS moved no more: ${why}; repair that and redrive again` }
}

const SOON = 1_000
const LATER = 5_000

/**
 * Lets SQS move the messages, and waits for the end. Undefined if SQS does not move them itself. A task that is running
 * already is waited for, because it may be our own whose answer was lost.
 */
export const moveByTask = async (sqs: SQSClient, ends: Ends, wait: Wait): Promise<Moved | undefined> => {
  const earlier = await findTaskBefore(sqs, ends.fromArn)
  const started = await start(sqs, ends)
  if (started === 'unsupported') return undefined
  for (let pause = SOON; ; pause = Math.min(LATER, pause * 2)) {
    const task = await findLatest(sqs, ends.fromArn)
    // The list may still show the task before ours.
    const isOurs = task !== undefined && (started === 'under way' || task.StartedTimestamp !== earlier)
    if (isOurs && task.Status !== 'RUNNING' && task.Status !== 'CANCELLING') return countMoved(task)
    await wait(pause)
  }
}
