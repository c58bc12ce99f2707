/** What the stack of commit 3b5af4c had in its ledger and queues: see README.md beside the recording. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda'
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Cloud } from '../../../local/cloud.ts'
import type { Launched } from '../stage.ts'

const FOLDER = path.join(__dirname, '3b5af4c')
export const POLICY = path.join(FOLDER, 'policy.yaml')

const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8')
const recording = JSON.parse(read('recorded.json'))

/** The launches of the recording, by how far the old stack had come with each. */
const LAUNCHES = ['alerted', 'pending', 'unread', 'dead'] as const
export type Launches = Readonly<Record<(typeof LAUNCHES)[number], Launched>>

/** The template of the recording, as the one file of a package. */
export const oldPackage = { 'template.json': JSON.stringify(JSON.parse(read('template.json'))) }

type Stack = Pick<Cloud, 'clients' | 'stack'>

/** Each text of the recording that is another one on this cloud: physical ids, instances and reservations. */
const listReplacements = (launches: Launches, { list }: Cloud['stack']): readonly (readonly [string, string])[] => [
  ...list.map(({ LogicalResourceId = '', PhysicalResourceId = '' }) => {
    const old: string = recording.resources[LogicalResourceId] ?? ''
    // Messages and schedules have the names of queues, not their URLs.
    return [old.split('/').at(-1) ?? '', PhysicalResourceId.split('/').at(-1) ?? ''] as const
  }),
  ...LAUNCHES.flatMap(name => {
    const { reservationId, instances } = launches[name].answer
    return [
      [recording.instances[name], instances[0]?.instanceId ?? ''],
      [recording.reservations[name], reservationId],
    ] as const
  }),
]

const ISO = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?=Z|\))/g
const EPOCH = /\b1[78]\d{8}(?:\d{3})?\b/g

/** Moves every time in the text by so many whole seconds. */
const moveTimes = (text: string, seconds: number): string =>
  text
    .replace(ISO, time => {
      const moved = new Date(Date.parse(`${time}Z`) + seconds * 1000).toISOString()
      return moved.slice(0, time.length)
    })
    .replace(EPOCH, time => String(Number(time) + (time.length > 10 ? seconds * 1000 : seconds)))

/** The recording as if it had happened now, to these launches on this cloud. */
const adapt = (launches: Launches, stack: Cloud['stack']) => {
  const seconds = Math.round((Date.now() - Date.parse(recording.at)) / 1000)
  const { rows, schedules, messages } = recording
  const text = listReplacements(launches, stack)
    .filter(([old]) => old !== '')
    .reduce((all, [old, now]) => all.replaceAll(old, now), JSON.stringify({ rows, schedules, messages }))
  return JSON.parse(moveTimes(text, seconds))
}

/** Puts rows, schedules and messages where the old stack had them. */
export const putBack = async (launches: Launches, { clients, stack }: Stack): Promise<void> => {
  const { rows, schedules, messages } = adapt(launches, stack)
  const TableName = stack.outputs['LedgerTable']
  for (const Item of rows) await clients.dynamo.send(new PutItemCommand({ TableName, Item }))
  for (const schedule of schedules) await clients.scheduler.send(new CreateScheduleCommand(schedule))
  for (const queue of Object.keys(messages)) {
    const QueueUrl = stack.outputs[`${queue}QueueUrl`]
    for (const { body: MessageBody, attributes: MessageAttributes } of messages[queue])
      await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }))
  }
}

/** Lets the functions take from their queues, or not: what waits then waits until the new ones are there. */
export const letFunctionsTake = async ({ clients, stack }: Stack, Enabled: boolean): Promise<void> => {
  for (const { ResourceType, PhysicalResourceId: UUID } of stack.list)
    if (ResourceType === 'AWS::Lambda::EventSourceMapping')
      await clients.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }))
}
