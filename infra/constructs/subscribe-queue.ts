import { type EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { EventKind } from '../../shared/facts/event.ts'
import { listSubscriptions } from '../../shared/facts/event-patterns.ts'
import { toPascalCase } from '../../shared/text/pascal.ts'

export type SubscribeQueueProps = {
  readonly kinds: readonly EventKind[]
  readonly queue: Queue
  readonly deadLetterQueue: Queue
  /** The bus of the events of other accounts. The account's own bus by default. */
  readonly ofSpokes?: EventBus
}

/** Has EventBridge put the events of these kinds into a queue, by a rule for each service that sends them. */
export const subscribeQueue = (scope: Construct, props: SubscribeQueueProps): void => {
  const { kinds, queue, deadLetterQueue, ofSpokes } = props
  for (const { id, kind, of, pattern } of listSubscriptions(kinds)) {
    const { source, 'detail-type': detailType, detail } = pattern
    new Rule(scope, `${ofSpokes === undefined ? '' : 'Spokes'}${toPascalCase(id)}Events`, {
      description: `virtguard: ${kind} events of ${of}${ofSpokes === undefined ? '' : ' in the spokes'}`,
      eventPattern: { source: [...source], detailType: [...detailType], detail },
      targets: [new SqsQueue(queue, { deadLetterQueue })],
      ...(ofSpokes !== undefined && { eventBus: ofSpokes }),
    })
  }
}
