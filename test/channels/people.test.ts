import { describe, expect, test } from '@jest/globals'
import { buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderAmazonQMessage, renderAmazonQTest } from '../../shared/channels/amazon-q/notification.ts'
import { COLOURS, SETTLED } from '../../shared/channels/colours.ts'
import { renderEmailTest } from '../../shared/channels/email/digest.ts'
import { renderSlackDigest } from '../../shared/channels/slack/digest.ts'
import { renderSlackFollowUp, renderSlackMessage, renderSlackTest } from '../../shared/channels/slack/message.ts'
import { renderTeamsMessage, renderTeamsTest } from '../../shared/channels/teams/card.ts'
import { SEVERITIES } from '../../shared/rules/rule.ts'
import { textsIn } from '../formats/schemas.ts'
import { aFinding, anAlert, anEnded, aSource, CLAIMANT, DEFERRED } from '../support/findings.ts'

const outcome = (state: 'STOPPED' | 'RESOLVED') => {
  const [alert] = buildOutcomeAlerts(aSource(), [anEnded({ state, why: 'it is terminated' })], CLAIMANT)
  if (alert === undefined) throw new Error('no alert')
  return alert
}

describe('a message in Slack', () => {
  test.each(SEVERITIES)('has the colour of its severity: %s', severity =>
    expect(renderSlackMessage(anAlert([aFinding({ severity })]))).toMatchObject({
      blocks: [{ type: 'header', text: { text: `${severity}: Paravirtual instance` } }],
      attachments: [{ color: COLOURS[severity] }],
    }),
  )

  test('is green if nothing is left to do, and only then', () => {
    expect(renderSlackFollowUp(outcome('RESOLVED'))).toMatchObject({ attachments: [{ color: SETTLED }] })
    expect(renderSlackFollowUp(outcome('STOPPED'))).toMatchObject({ attachments: [{ color: COLOURS.MEDIUM }] })
  })

  test('says in its notification what an email says in its subject', () =>
    expect(renderSlackMessage(anAlert()).text).toBe(
      '[MEDIUM] Paravirtual instance: i-0123456789abcdef0 (m1.small) in 123456789012 us-east-1',
    ))

  test('that follows another has no headline of its own, and names what it is about', () => {
    const message = renderSlackFollowUp(outcome('STOPPED'))
    expect(message.text).toBe('MEDIUM: Stopped: Paravirtual instance: i-0123456789abcdef0')
    expect(message).not.toHaveProperty('blocks')
  })

  test('has buttons to the console and to the page of the rule', () => {
    const links = (texts: readonly string[]) => texts.filter(text => text.startsWith('https://'))
    const docs = 'https://git.example.com/virtguard/docs'
    expect(links(textsIn(renderSlackMessage(anAlert(), { docs })))).toEqual([
      'https://console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-0123456789abcdef0',
      `${docs}/rules/paravirtual-instance.md`,
    ])
    expect(links(textsIn(renderSlackMessage(anAlert())))).toContain(
      'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/virtualization_types.html',
    )
  })

  test('of many alerts has the colour of the worst', () =>
    expect(renderSlackDigest([anAlert(), anAlert([aFinding({ severity: 'CRITICAL' })])])).toMatchObject({
      attachments: [{ color: COLOURS.CRITICAL }],
    }))
})

describe('a card in Teams', () => {
  test('has the form that a workflow posts: a message with one Adaptive Card that Teams can show', () =>
    expect(renderTeamsMessage(anAlert())).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            type: 'AdaptiveCard',
            version: '1.4',
            body: expect.arrayContaining([expect.objectContaining({ type: 'Container', style: 'warning' })]),
            actions: [{ type: 'Action.OpenUrl' }, { type: 'Action.OpenUrl' }],
          },
        },
      ],
    }))
})

describe('a notification of Amazon Q', () => {
  test('has the schema that is not dropped, and the thread of its launch', () => {
    const found = JSON.parse(renderAmazonQMessage(anAlert()).Message)
    const stopped = JSON.parse(renderAmazonQMessage(outcome('STOPPED')).Message)
    expect(found).toMatchObject({ version: '1.0', source: 'custom', content: { textType: 'client-markdown' } })
    expect(found.metadata.threadId).toBe('123456789012/us-east-1/r-0123456789abcdef0')
    expect(stopped.metadata.threadId).toBe(found.metadata.threadId)
    expect(stopped.id).not.toBe(found.id)
  })

  test('that announces a stop is no reply in a thread, and another one than that of its launch', () => {
    const [first, later] = [anAlert(), anAlert([aFinding({ action: DEFERRED })])].map(alert =>
      JSON.parse(renderAmazonQMessage(alert).Message),
    )
    expect(first.metadata).toHaveProperty('threadId')
    expect(later.metadata).not.toHaveProperty('threadId')
    expect(later.id).not.toBe(first.id)
  })
})

describe('a test message', () => {
  test.each<[string, unknown]>([
    ['slack', renderSlackTest('2026-11-24T08:30:00Z')],
    ['teams', renderTeamsTest('2026-11-24T08:30:00Z')],
    ['amazon q', JSON.parse(renderAmazonQTest('2026-11-24T08:30:00Z').Message)],
    ['email', renderEmailTest('2026-11-24T08:30:00Z')],
  ])('says that it is a test, that nothing was found, and when it was sent: %s', (_, message) => {
    const text = textsIn(message).join('\n').replace(/\s+/g, ' ')
    expect(text).toContain('A test of virtguard')
    expect(text).toContain('Nothing was found')
    expect(text).toContain('2026-11-24 08:30:00 UTC')
  })
})
