import { setTimeout } from 'node:timers/promises'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { UserError } from '../../shared/errors.ts'
import { plain } from '../../shared/text/untrusted.ts'
import type { Io } from '../io.ts'
import { counted } from '../output/counted.ts'
import { sayLine } from '../report.ts'
import { moveMessages } from './move-messages.ts'
import { type Moved, moveByTask } from './move-task.ts'
import { lookAt, type Route } from './queues.ts'

type Result = Moved & { readonly oneByOne?: true }

const wordsOf = ({ from, to }: Route): string => `${plain(from.name)} → ${plain(to.name)}`

const move = async (sqs: SQSClient, route: Route): Promise<Result> => {
  const { arn: fromArn } = await lookAt(sqs, route.from)
  const { arn: toArn } = await lookAt(sqs, route.to)
  const byTask = await moveByTask(sqs, { fromArn, toArn }, milliseconds => setTimeout(milliseconds))
  if (byTask !== undefined) return byTask
  return { ...(await moveMessages(sqs, { from: route.from.url, to: route.to.url })), oneByOne: true }
}

const dryRun = async (io: Io, sqs: SQSClient, routes: readonly Route[]): Promise<number> => {
  for (const route of routes) {
    const { about } = await lookAt(sqs, route.from)
    const what = about === 0 ? 'nothing to move' : `about ${counted(about, 'message')} would be moved`
    io.out.write(`${wordsOf(route)}: ${what}\n`)
  }
  return 0
}

/** What came of one queue. A refusal by AWS concerns that queue; the others are still moved. */
const tryMove = async (sqs: SQSClient, route: Route): Promise<Result> => {
  try {
    return await move(sqs, route)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { moved: 0, problem: error.message }
  }
}

/** Moves dead letters to where they belong, one queue after another. Returns 1 where something is left. */
export const redrive = async (
  io: Io,
  sqs: SQSClient,
  { routes, isDryRun }: { readonly routes: readonly Route[]; readonly isDryRun: boolean },
): Promise<number> => {
  if (isDryRun) return dryRun(io, sqs, routes)
  let exitCode = 0
  for (const route of routes) {
    const { moved, problem, oneByOne } = await tryMove(sqs, route)
    const how = oneByOne && moved > 0 ? ', one by one' : ''
    io.out.write(`${wordsOf(route)}: ${moved === 0 ? 'nothing' : counted(moved, 'message')} moved${how}\n`)
    if (problem === undefined) continue
    sayLine(io.err, `${wordsOf(route)}: ${problem}`)
    exitCode = 1
  }
  return exitCode
}
