import { setTimeout } from 'node:timers/promises'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { UserError } from '../../shared/errors.ts'
import { toPlainText } from '../../shared/text/untrusted.ts'
import { formatCount } from '../output/counted.ts'
import type { Io } from '../output/io.ts'
import { printLine } from '../output/report-error.ts'
import { moveMessages } from './move-messages.ts'
import { type Moved, moveByTask } from './move-task.ts'
import { inspectQueues, type Route } from './queues.ts'

type Result = Moved & { readonly oneByOne?: true }

const describeRoute = ({ from, to }: Route): string => `${toPlainText(from.name)} → ${toPlainText(to.name)}`

const move = async (sqs: SQSClient, route: Route): Promise<Result> => {
  const { arn: fromArn } = await inspectQueues(sqs, route.from)
  const { arn: toArn } = await inspectQueues(sqs, route.to)
  const byTask = await moveByTask(sqs, { fromArn, toArn }, milliseconds => setTimeout(milliseconds))
  if (byTask !== undefined) return byTask
  return { ...(await moveMessages(sqs, { from: route.from.url, to: route.to.url })), oneByOne: true }
}

const printDryRun = async (io: Io, sqs: SQSClient, routes: readonly Route[]): Promise<number> => {
  for (const route of routes) {
    const { about } = await inspectQueues(sqs, route.from)
    const what = about === 0 ? 'nothing to move' : `about ${formatCount(about, 'message')} would be moved`
    io.out.write(`${describeRoute(route)}: ${what}\n`)
  }
  return 0
}

/** The result for one queue. If AWS refuses it, the others are still moved. */
const tryMove = async (sqs: SQSClient, route: Route): Promise<Result> => {
  try {
    return await move(sqs, route)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { moved: 0, problem: error.message }
  }
}

/** Moves dead letters back, one queue after another. Returns 1 if something is left. */
export const redriveMessages = async (
  io: Io,
  sqs: SQSClient,
  { routes, isDryRun }: { readonly routes: readonly Route[]; readonly isDryRun: boolean },
): Promise<number> => {
  if (isDryRun) return printDryRun(io, sqs, routes)
  let exitCode = 0
  for (const route of routes) {
    const { moved, problem, oneByOne } = await tryMove(sqs, route)
    const how = oneByOne && moved > 0 ? ', one by one' : ''
    io.out.write(`${describeRoute(route)}: ${moved === 0 ? 'nothing' : formatCount(moved, 'message')} moved${how}\n`)
    if (problem === undefined) continue
    printLine(io.err, `${describeRoute(route)}: ${problem}`)
    exitCode = 1
  }
  return exitCode
}
