import { describe, expect, test } from '@jest/globals'
import { listHoldingChannels } from '../../infra/settings/derived.ts'
import { environmentOf, live, more, scheduled, sent } from './channel-templates.ts'
import { WITH_CHANNELS } from './channels.ts'
import { resourceNamed } from './stack.ts'

describe('a scheduled delivery', () => {
  const groupsOf = (template: typeof sent) => more(template, 'AWS::Scheduler::ScheduleGroup')
  const holders = (template: typeof sent) =>
    more(template, 'AWS::IAM::Role')
      .filter(id => id.startsWith('Held'))
      .map(id => id.slice(4, -4))

  test.each([
    ['without routes', sent],
    ['with routes that schedule', scheduled],
    ['with a live policy', live],
  ])('has schedules for every channel that people read, whatever the routes: %s', (_, template) => {
    expect(groupsOf(template)).toContain('HeldSchedules')
    expect(holders(template)).toEqual(['Chat', 'Hook', 'Mail', 'NightShift', 'Ops', 'Teams'])
  })

  test('does not exist for programs', () => {
    expect(listHoldingChannels(WITH_CHANNELS)).not.toContain('hub')
    expect(listHoldingChannels({ ...WITH_CHANNELS, channels: { hub: { type: 'security-hub' } } })).toEqual([])
  })

  test('is known to the function by its environment', () => {
    expect(environmentOf(scheduled, 'NotifyMail').Variables).toMatchObject({
      QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^ChannelMail/), 'Arn'] },
      UNDELIVERED_QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^UndeliveredMail/), 'Arn'] },
      SCHEDULE_GROUP: 'virtguard-held',
      SCHEDULE_ROLE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^HeldMailRole/), 'Arn'] },
    })
    expect(environmentOf(scheduled, 'NotifyHub').Variables).not.toHaveProperty('SCHEDULE_GROUP')
  })

  test('may be made by EventBridge Scheduler only, on behalf of the group', () => {
    const { AssumeRolePolicyDocument } = resourceNamed(scheduled, 'AWS::IAM::Role', 'HeldMailRole').Properties
    expect(AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^HeldSchedules/), 'Arn'] },
            },
          },
        },
      ],
    })
  })
})
