import { describe, expect, test } from '@jest/globals'
import { STATE_CHANGE } from '../../shared/facts/running.ts'
import { CALL_SECONDS } from '../../shared/ledger/budget.ts'
import { LEASE_SECONDS } from '../../shared/ledger/row.ts'
import { scheduleName } from '../../shared/ledger/schedule-name.ts'
import { idIn } from './grants.ts'
import { anApp, aTemplate, ENFORCING, type Resource, resourceNamed, resourcesOf } from './stack.ts'

const observing = aTemplate()
const enforcing = aTemplate({ policy: ENFORCING })

const resources = (template: typeof observing) => template.toJSON()['Resources'] as Record<string, Resource>
const outputs = (template: typeof observing) => Object.keys(template.toJSON()['Outputs'] as Record<string, unknown>)
const without = (list: readonly string[], others: readonly string[]) => list.filter(one => !others.includes(one))
const environmentOf = (name: string, template = enforcing) =>
  resourceNamed(template, 'AWS::Lambda::Function', name).Properties['Environment'] as { Variables: object }

describe('a policy without a rule on enforce', () => {
  test('deploys nothing that stops: these parts do not exist', () => {
    const more = without(Object.keys(resources(enforcing)), Object.keys(resources(observing)))
    expect(more.map(id => id.replace(/[0-9A-F]{8,}$/, '')).sort()).toEqual([
      'BudgetSpent',
      'Enforce',
      'EnforceErrors',
      'EnforceLog',
      'EnforceRole',
      'EnforceRoleDefaultPolicy',
      'EnforceSqsEventSourceVirtguardStops',
      'EnforceThrottles',
      'FailedStops',
      'FailedStopsParked',
      'FailedStopsPolicy',
      'SchedulerRole',
      'SchedulerRoleDefaultPolicy',
      'Schedules',
      'StoppedEvents',
      'Stops',
      'StopsFailed',
      'StopsLate',
      'StopsPolicy',
      'StopsUndeliverable',
      'UndeliveredStops',
      'UndeliveredStopsParked',
      'UndeliveredStopsPolicy',
    ])
    expect(without(Object.keys(resources(observing)), Object.keys(resources(enforcing)))).toEqual([])
    expect(without(outputs(enforcing), outputs(observing)).sort()).toEqual([
      'FailedStopsQueueUrl',
      'StopsQueueUrl',
      'UndeliveredStopsQueueUrl',
    ])
  })

  test('says so to the functions that announce and defer stops, and to no other', () => {
    for (const name of ['Evaluate', 'Confirm'])
      expect(environmentOf(name, observing)).toMatchObject({ Variables: { STOPS: 'absent' } })
    const text = JSON.stringify(observing.toJSON())
    expect([...text.matchAll(/Enforce|SCHEDULE_|STOPS_QUEUE|"stopped"/g)].map(([word]) => word)).toEqual([])
  })

  test('needs no bundle of the function that stops, and one that enforces needs it', () => {
    const bundles = { evaluate: __dirname, confirm: __dirname, sweep: __dirname }
    expect(() => anApp({ policy: ENFORCING, bundles })).toThrow('needs the bundle of Enforce')
    expect(() => anApp({ bundles })).not.toThrow()
  })
})

describe('a policy with a rule on enforce', () => {
  test('gives the functions the location of deferred stops', () => {
    const places = {
      STOPS_QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^Stops[0-9A-F]{8}$/), 'Arn'] },
      UNDELIVERED_STOPS_QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^UndeliveredStops[0-9A-F]{8}$/), 'Arn'] },
      SCHEDULE_GROUP: 'virtguard',
      SCHEDULE_ROLE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^SchedulerRole[0-9A-F]{8}$/), 'Arn'] },
    }
    const failed = { FAILED_QUEUE_URL: expect.anything() }
    const alerted = { ...failed, LEDGER_TABLE: expect.anything(), ALERTS_TOPIC_ARN: expect.anything() }
    expect(environmentOf('Evaluate').Variables).toEqual({
      ...alerted,
      SWEEP_REQUESTS_TOPIC_ARN: expect.anything(),
      STOPS: 'present',
      LIVE_POLICY: 'on',
    })
    expect(environmentOf('Confirm').Variables).toEqual({
      ...failed,
      LEDGER_TABLE: expect.anything(),
      STOPS: 'present',
      ...places,
    })
    expect(environmentOf('Enforce').Variables).toEqual({
      ...alerted,
      SWEEP_REQUESTS_TOPIC_ARN: expect.anything(),
      ...places,
    })
    expect(resourceNamed(enforcing, 'AWS::Scheduler::ScheduleGroup', 'Schedules').Properties['Name']).toBe('virtguard')
  })

  test("has EC2's stopped notifications sent to the queue of stops, whoever stopped", () => {
    const { EventPattern, Targets, State } = resourceNamed(enforcing, 'AWS::Events::Rule', 'StoppedEvents').Properties
    expect(State).toBe('ENABLED')
    expect(EventPattern).toEqual({ source: ['aws.ec2'], 'detail-type': [STATE_CHANGE], detail: { state: ['stopped'] } })
    const [target, ...others] = Targets as readonly { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[]
    expect(others).toEqual([])
    expect([idIn(target?.Arn), idIn(target?.DeadLetterConfig.Arn)]).toEqual(['Stops', 'UndeliveredStops'])
  })

  test('processes one message at a time, so that one that hangs delays no other', () => {
    const sources = Object.values(resourcesOf(enforcing, 'AWS::Lambda::EventSourceMapping'))
    const ofStops = sources.find(({ Properties }) => idIn(Properties['EventSourceArn']) === 'Stops')
    expect(ofStops?.Properties).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    })
  })
})

describe('the times that depend on one another', () => {
  const flows = Object.values(resourcesOf(enforcing, 'AWS::Lambda::EventSourceMapping')).map(({ Properties }) => ({
    fn: idIn(Properties['FunctionName']),
    queue: idIn(Properties['EventSourceArn']),
  }))

  // Confirm claims nothing, and has to come again before a lease is over (stack.test.ts).
  test.each(flows.filter(({ fn }) => fn !== 'Confirm'))('fit for $fn on $queue', ({ fn, queue }) => {
    const timeout = Number(resourceNamed(enforcing, 'AWS::Lambda::Function', fn).Properties['Timeout'])
    const hidden = Number(resourceNamed(enforcing, 'AWS::SQS::Queue', queue).Properties['VisibilityTimeout'])
    // Lambda's guide; and a message that failed for good is deadLettered only when no claim of its own is left.
    expect(hidden).toBeGreaterThanOrEqual(6 * timeout)
    expect(LEASE_SECONDS + timeout).toBeLessThanOrEqual(hidden)
    // A sweep claims what it has gathered and publishes it right then, however long it read before.
    if (fn !== 'Sweep') expect(LEASE_SECONDS).toBeGreaterThan(timeout)
  })

  test('are those of four flows, and no call of EC2 is later than the budget counts on', () => {
    expect(flows.map(({ queue }) => queue).sort()).toEqual(['Alerted', 'Launches', 'Stops', 'Sweeps'])
    const { Timeout } = resourceNamed(enforcing, 'AWS::Lambda::Function', 'Enforce').Properties
    expect(Number(Timeout)).toBeLessThanOrEqual(CALL_SECONDS)
  })

  test("leave the longest name of a schedule within EventBridge Scheduler's 64 characters", () => {
    const at = new Date('2099-12-31T23:59:59Z')
    const where = { accountId: '123456789012', region: 'ap-southeast-5' }
    const names = [
      scheduleName({ kind: 'digest', ...where }, at),
      scheduleName(
        {
          kind: 'check',
          ...where,
          instanceId: 'i-0123456789abcdef0',
          due: at.toISOString(),
          attempt: 999,
          alert: '9f961e03a110',
        },
        at,
      ),
    ]
    for (const name of names) expect(name).toMatch(/^[0-9A-Za-z_.-]{1,64}$/)
  })
})
