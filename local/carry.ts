import { ListRulesCommand, ListTargetsByRuleCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Clients } from './clients.ts'

export type Envelope = Readonly<Record<string, unknown>>

/**
 * Does EventBridge's own work from outside, because nobody may put events of `aws.ec2` on a bus: asks the emulator for
 * every deployed rule whether its pattern matches, and hands the event to the rule's queues. Returns how many rules
 * matched.
 */
export async function carry(envelope: Envelope, { events, sqs }: Clients): Promise<number> {
  const body = JSON.stringify(envelope)
  const { Rules } = await events.send(new ListRulesCommand({}))
  const enabled = (Rules ?? []).filter(rule => rule.State === 'ENABLED' && rule.EventPattern !== undefined)
  const queues = await Promise.all(
    enabled.map(async ({ Name, EventPattern }) => {
      const { Result } = await events.send(new TestEventPatternCommand({ EventPattern, Event: body }))
      if (!Result) return []
      const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: Name }))
      return (Targets ?? []).map(({ Arn }) => buildQueueUrl(Arn ?? ''))
    }),
  )
  const urls = queues.flat()
  await Promise.all(urls.map(QueueUrl => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }))))
  return urls.length
}

/** The address of an ARN's queue. Its host is not used: the client has the endpoint that it was given. */
export function buildQueueUrl(arn: string): string {
  const [, , service, , account, name] = arn.split(':')
  if (service !== 'sqs') throw new Error(`a rule has a target that is no queue: ${arn}`)
  return `https://localhost/${account}/${name}`
}
