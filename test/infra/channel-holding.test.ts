import { describe, expect, test } from '@jest/globals'
import { holding } from '../../infra/channel-holding.ts'
import { environmentOf, held, live, more, sent } from './channel-templates.ts'
import { WITH_CHANNELS } from './channels.ts'
import { resourceNamed } from './stack.ts'

describe('holding alerts', () => {
  const groupsOf = (template: typeof sent) => more(template, 'AWS::Scheduler::ScheduleGroup')
  const holders = (template: typeof sent) =>
    more(template, 'AWS::IAM::Role')
      .filter(id => id.startsWith('Held'))
      .map(id => id.slice(4, -4))

  test('needs schedules, for the channels of routes that hold and for no other', () => {
    expect([groupsOf(sent), holders(sent)]).toEqual([[], []])
    expect([groupsOf(held), holders(held)]).toEqual([['HeldSchedules'], ['Mail', 'NightShift']])
  })

  test('may come with a live policy to every channel that people read', () => {
    expect(holders(live)).toEqual(['Chat', 'Hook', 'Mail', 'NightShift', 'Ops', 'Teams'])
    expect(holding(WITH_CHANNELS, true)).not.toContain('hub')
    expect(holding(WITH_CHANNELS, false)).toEqual([])
  })

  test('tells the function where', () => {
    expect(environmentOf(held, 'NotifyMail').Variables).toMatchObject({
      QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^ChannelMail/), 'Arn'] },
      UNDELIVERED_QUEUE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^UndeliveredMail/), 'Arn'] },
      SCHEDULE_GROUP: 'virtguard-held',
      SCHEDULE_ROLE_ARN: { 'Fn::GetAtt': [expect.stringMatching(/^HeldMailRole/), 'Arn'] },
    })
    expect(environmentOf(held, 'NotifyOps').Variables).not.toHaveProperty('SCHEDULE_GROUP')
  })

  test('is for EventBridge Scheduler only, on behalf of the group', () => {
    const { AssumeRolePolicyDocument } = resourceNamed(held, 'AWS::IAM::Role', 'HeldMailRole').Properties
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
