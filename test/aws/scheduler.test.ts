import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { beforeEach, expect, test } from '@jest/globals'
import { mockClient } from 'aws-sdk-client-mock'
import { scheduleOnce } from '../../shared/aws/scheduler.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'

const client = new SchedulerClient({ region: 'us-east-1' })
const mock = mockClient(client)
const scheduler = {
  client,
  group: 'virtguard',
  roleArn: 'arn:aws:iam::123456789012:role/scheduler',
  queueArn: 'arn:aws:sqs:us-east-1:123456789012:stops',
  undeliveredArn: 'arn:aws:sqs:us-east-1:123456789012:undelivered-stops',
  now: () => new Date('2026-11-24T08:00:00Z'),
}
const appointment = { name: 'stop-i-1', at: new Date('2026-11-24T08:15:30Z'), message: '{}' }

beforeEach(() => {
  mock.reset()
  mock.onAnyCommand().rejects(new Error('unexpected call'))
  mock.on(CreateScheduleCommand).resolves({})
})

const made = () => mock.commandCalls(CreateScheduleCommand)[0]?.args[0].input

test('a schedule fires once, at its time in UTC, puts its message on the queue, and is deleted', async () => {
  await scheduleOnce(scheduler, appointment)
  expect(made()).toEqual({
    Name: 'stop-i-1',
    GroupName: 'virtguard',
    ScheduleExpression: 'at(2026-11-24T08:15:30)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: scheduler.queueArn,
      RoleArn: scheduler.roleArn,
      Input: '{}',
      DeadLetterConfig: { Arn: scheduler.undeliveredArn },
    },
  })
})

test('a schedule whose time has passed fires a moment from now', async () => {
  await scheduleOnce(scheduler, { ...appointment, at: new Date('2026-11-24T07:00:00Z') })
  expect(made()?.ScheduleExpression).toBe('at(2026-11-24T08:00:15)')
})

test('a schedule whose name exists already is the same schedule', async () => {
  mock.on(CreateScheduleCommand).rejects(new ConflictException({ $metadata: {}, message: 'exists', Message: 'exists' }))
  await expect(scheduleOnce(scheduler, appointment)).resolves.toBeUndefined()
})

test('a schedule that is refused for any other reason throws', async () => {
  mock.on(CreateScheduleCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }))
  await expect(scheduleOnce(scheduler, appointment)).rejects.toThrow('no')
})

test('two schedules have the same name only if their messages are the same', () => {
  const place = { accountId: '123456789012', region: 'ap-southeast-2' }
  const stop = {
    kind: 'stop',
    ...place,
    instanceId: 'i-0123456789abcdef0',
    due: '2026-11-24T08:15:30Z',
    attempt: 1,
  } as const
  const messages = [
    stop,
    { ...stop, attempt: 2 },
    { ...stop, alert: '9f961e03a110' },
    { ...stop, kind: 'check' as const },
    { ...stop, due: '2026-11-24T08:15:31Z' },
    { ...stop, instanceId: 'i-0123456789abcdef1' },
    { kind: 'digest' as const, ...place },
  ]
  const names = messages.map(message => scheduleName(message, appointment.at))
  expect(new Set(names).size).toBe(messages.length)
  expect(names).toEqual(messages.map(message => scheduleName({ ...message }, appointment.at)))
  // EventBridge Scheduler takes no other names.
  for (const name of names) expect(name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/)
})
