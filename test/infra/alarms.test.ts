import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { idIn } from './grants.ts'
import { aTemplate, ENFORCING, type Resource, resourcesOf } from './stack.ts'

const ROOT = join(__dirname, '../..')
const BOTH = [
  { policy: 'observes', template: aTemplate(), queues: 9, functions: 3 },
  { policy: 'enforces', template: aTemplate({ policy: ENFORCING }), queues: 12, functions: 4 },
]

const alarmsOf = (template: (typeof BOTH)[number]['template']): Record<string, Resource['Properties']> =>
  Object.fromEntries(
    Object.entries(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(([id, { Properties }]) => [
      id.slice(0, -8),
      Properties,
    ]),
  )

const pageOf = (alarm: Resource['Properties']): string =>
  /See (docs\/runbooks\/[\w-]+\.md)$/.exec(String(alarm['AlarmDescription']))?.[1] ?? 'none'

describe.each(BOTH)('the alarms, if the policy $policy,', ({ policy, template, queues, functions }) => {
  const alarms = alarmsOf(template)
  const watching = (metric: string) =>
    Object.values(alarms)
      .filter(({ MetricName }) => MetricName === metric)
      .map(({ Dimensions }) => idIn(Dimensions))
      .sort()
  const work = ['Launches', 'Alerted', 'Sweeps', ...(policy === 'enforces' ? ['Stops'] : [])]

  test('watch each dead-letter queue, and how long the other queues keep a message waiting', () => {
    const all = Object.keys(resourcesOf(template, 'AWS::SQS::Queue')).map(id => id.slice(0, -8))
    expect(all).toHaveLength(queues)
    expect(watching('ApproximateNumberOfMessagesVisible')).toEqual(all.filter(id => !work.includes(id)).sort())
    expect(watching('ApproximateAgeOfOldestMessage')).toEqual([...work].sort())
  })

  test('watch each function', () => {
    const all = Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).map(id => id.slice(0, -8))
    expect(all).toHaveLength(functions)
    expect(watching('Errors')).toEqual([...all].sort())
    expect(watching('Throttles')).toEqual([...all].sort())
  })

  test('watch the metrics that a person has to look at', () => {
    const counted = Object.values(alarms)
      .filter(({ Namespace }) => Namespace === 'virtguard')
      .map(({ MetricName, Dimensions }) => {
        expect(Dimensions).toEqual([{ Name: 'service', Value: 'virtguard' }])
        return MetricName
      })
    const ofStops = policy === 'enforces' ? ['BudgetSpent', 'StopsFailed'] : []
    expect(counted.sort()).toEqual(
      [
        ...ofStops,
        'ChannelsLeftBehind',
        'PolicyInvalid',
        'PolicyUnannounced',
        'RegionDeaf',
        'SubscriptionsMissing',
        'SweepNotCovered',
        'UnreadableEvents',
      ].sort(),
    )
  })

  test('say what to do, on a page that exists and names them, and alert Operations', () => {
    for (const [name, alarm] of Object.entries(alarms)) {
      const file = join(ROOT, pageOf(alarm))
      expect([name, existsSync(file)]).toEqual([name, true])
      expect([name, readFileSync(file, 'utf8').split('\n')[0]]).toEqual([name, expect.stringContaining(name)])
      expect((alarm['AlarmActions'] as unknown[]).map(idIn)).toEqual(['Operations'])
      // Its metric comes once a day, and what was wrong yesterday is wrong until a sweep sees otherwise.
      const isDaily = name === 'SubscriptionsMissing'
      expect([name, alarm['TreatMissingData']]).toEqual([name, isDaily ? 'ignore' : 'notBreaching'])
      expect(alarm['Metrics']).toBeUndefined()
    }
  })
})

test('the alarms watch schedules: of sweeps, and of stops if there are any', () => {
  const { StopsUndeliverable, SweepsUndeliverable } = alarmsOf(aTemplate({ policy: ENFORCING }))
  const watched = {
    Namespace: 'AWS/Scheduler',
    MetricName: 'TargetErrorCount',
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  }
  expect(StopsUndeliverable).toMatchObject(watched)
  expect(SweepsUndeliverable).toMatchObject(watched)
})
