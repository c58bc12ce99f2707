import type { ListDeadLetterSourceQueuesCommandOutput, SQSClient } from '@aws-sdk/client-sqs'
import { GetQueueAttributesCommand, ListDeadLetterSourceQueuesCommand } from '@aws-sdk/client-sqs'
import { UserError } from '../../shared/errors.ts'
import { findNearest } from '../../shared/text/nearest-word.ts'
import { askAws } from '../aws/asking.ts'
import type { DeployedStack } from '../aws/stack.ts'

export type Queue = { readonly name: string; readonly url: string }

/** A dead-letter queue, and the queue that it serves. */
export type Route = { readonly from: Queue; readonly to: Queue }

/** The stack's dead-letter queues, and the queue that each one's messages were meant for: the names of its outputs. */
export const DESTINATIONS: Readonly<Record<string, string>> = {
  UndeliveredEvents: 'Launches',
  FailedLaunches: 'Launches',
  UndeliveredAlerts: 'Alerted',
  FailedConfirmations: 'Alerted',
  UndeliveredSweeps: 'Sweeps',
  FailedSweeps: 'Sweeps',
  UndeliveredStops: 'Stops',
  FailedStops: 'Stops',
}

const findQueue = ({ outputs }: DeployedStack, name: string): Queue | undefined => {
  const url = outputs[`${name}QueueUrl`]
  return url === undefined ? undefined : { name, url }
}

// The queues of channels, whose names the policy gives.
const listChannelQueues = ({ outputs }: DeployedStack): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(outputs).flatMap(output => {
      const channel = /^Channel([A-Z]\w*)QueueUrl$/.exec(output)?.[1]
      return channel === undefined ? [] : [[`Undelivered${channel}`, `Channel${channel}`] as const]
    }),
  )

const listDestinations = (stack: DeployedStack): Readonly<Record<string, string>> => ({
  ...DESTINATIONS,
  ...listChannelQueues(stack),
})

const routeOf = (stack: DeployedStack, name: string): Route | undefined => {
  const from = findQueue(stack, name)
  const to = findQueue(stack, listDestinations(stack)[name] ?? '')
  return from === undefined || to === undefined ? undefined : { from, to }
}

/** Every dead-letter queue of the stack. Throws UserError if it has none. */
export const listRoutes = (stack: DeployedStack): readonly Route[] => {
  const routes = Object.keys(listDestinations(stack)).flatMap(name => routeOf(stack, name) ?? [])
  if (routes.length > 0) return routes
  throw new UserError(`the stack ${stack.name} names no queues in its outputs; name the virtguard stack with --stack`)
}

/** The queue of that name. Throws UserError if the stack has none. */
export const findRoute = (stack: DeployedStack, name: string): Route => {
  const route = routeOf(stack, name)
  if (route !== undefined) return route
  const known = listRoutes(stack).map(({ from }) => from.name)
  const meant = findNearest(name, known)
  throw new UserError(
    `the stack ${stack.name} has no dead-letter queue ${name}; ${meant === undefined ? `it has ${known.join(', ')}` : `did you mean ${meant}?`}`,
  )
}

const resolveQueue = (url: string): Queue => ({ name: url.split('/').at(-1) ?? url, url })

const listSources = async (sqs: SQSClient, url: string): Promise<readonly string[]> => {
  const call: Promise<ListDeadLetterSourceQueuesCommandOutput> = sqs.send(
    new ListDeadLetterSourceQueuesCommand({ QueueUrl: url }),
  )
  return (await askAws('sqs:ListDeadLetterSourceQueues', call)).queueUrls ?? []
}

/** The route from a queue that is given by its URL. Its target is given too, or is the one queue that it serves. */
export const routeByUrl = async (sqs: SQSClient, url: string, to: string | undefined): Promise<Route> => {
  if (to !== undefined) return { from: resolveQueue(url), to: resolveQueue(to) }
  const [source, ...others] = await listSources(sqs, url)
  if (source !== undefined && others.length === 0) return { from: resolveQueue(url), to: resolveQueue(source) }
  throw new UserError(
    source === undefined
      ? `${url}: no queue names it as its dead-letter queue; say with --to where its messages belong`
      : `${url}: ${others.length + 1} queues name it as their dead-letter queue; say with --to where its messages belong`,
  )
}

/** The attributes of a queue in SQS: its ARN, and about how many messages are in it. */
export const inspectQueues = async (
  sqs: SQSClient,
  { url }: Queue,
): Promise<{ readonly arn: string; readonly about: number }> => {
  const names = ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const call = sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }))
  const { Attributes = {} } = await askAws('sqs:GetQueueAttributes', call)
  const [arn = '', visible = 0, hidden = 0] = names.map(name => Attributes[name])
  return { arn: String(arn), about: Number(visible) + Number(hidden) }
}
