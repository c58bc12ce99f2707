import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Alert } from '../../shared/alert/alert.ts'
import { toChatText, toChatValue } from '../../shared/channels/amazon-q/chat-text.ts'
import { renderSlackDigest } from '../../shared/channels/slack/digest.ts'
import { renderSlackFollowUp, renderSlackMessage } from '../../shared/channels/slack/message.ts'
import { toCode, toMrkdwn, toValue } from '../../shared/channels/slack/mrkdwn.ts'
import { renderTeamsDigest, renderTeamsFollowUp, renderTeamsMessage } from '../../shared/channels/teams/card.ts'
import { strangeAlerts, strangeText } from '../alert/strangers.ts'
import { DIGESTS, eventsOf, MESSAGES } from './all-channels.ts'

const ATTACKS = [
  '<!channel>',
  '<!here|here>',
  '<@U012AB3CD>',
  '<#C012AB3CD|general>',
  '<https://evil.example|your console>',
  'https://evil.example/login',
  '[your console](https://evil.example)',
  '![x](https://evil.example/pixel.png)',
  '*bold* _italic_ ~struck~ `code` ```block```',
  '> quoted',
  '# heading',
  '<at>everyone</at>',
  '&lt;!channel&gt;',
  ':skull: arn:aws:iam::123456789012:role/x',
  'a\r\nBcc: victim@example.com',
  '\u202egnp.exe',
  'x\u2028y\u0000z\u001b[31m',
  'zero\u200bwidth',
  '\ud800',
  '```\n<!channel>\n```',
]
const hostile = fc.oneof(
  strangeText,
  fc.constantFrom(...ATTACKS),
  fc
    .array(fc.constantFrom(...ATTACKS, ' ', '`', '*', '_', '~', '<', '>', '&', ':'), { maxLength: 8 })
    .map(parts => parts.join('')),
)

/** Alerts as strangers make them, with attacks in the place of every name that an event brings. */
const hostileAlerts: fc.Arbitrary<readonly Alert[]> = fc
  .tuple(strangeAlerts, fc.array(hostile, { minLength: 11, maxLength: 11 }))
  .map(([alerts, [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = '', j = '', k = '']]) =>
    alerts.map(alert => ({
      ...alert,
      launchId: a,
      accountName: j,
      actor: { ...alert.actor, arn: b, autoScalingGroup: c, launchTemplate: d },
      findings: alert.findings.map(finding => ({
        ...finding,
        message: e,
        resource: { ...finding.resource, name: i, accountName: j },
        facts: { ...finding.facts, instanceType: f, imageId: g, imageName: k },
        action: { ...finding.action, reason: h },
      })),
    })),
  )

const RUNS = { numRuns: 60 }
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

type Node = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Every object within a message. */
const nodesIn = (value: unknown): readonly Node[] =>
  isNode(value) ? [value, ...Object.values(value).flatMap(nodesIn)] : []

const OUR_LINKS = /^https:\/\/(console\.aws\.amazon\.com|docs\.aws\.amazon\.com)\//

describe('text that strangers wrote', () => {
  test.each(Object.entries(MESSAGES))(
    'brings no invisible character and no foreign link into a message: %s',
    (_, message) =>
      fc.assert(
        fc.property(hostileAlerts, alerts => {
          for (const { text, links } of alerts.map(message)) {
            expect(text).not.toMatch(UNSEEN)
            const inText = text.match(/[a-z]+:\/\/\S*/gi) ?? []
            expect(
              [...links, ...inText].filter(
                link => !OUR_LINKS.test(link) && !link.startsWith('http://adaptivecards.io/'),
              ),
            ).toEqual([])
          }
        }),
        RUNS,
      ),
  )

  test.each(Object.entries(DIGESTS))('brings neither into a digest: %s', (_, digest) =>
    fc.assert(
      fc.property(hostileAlerts, alerts => {
        const { text, links } = digest(alerts)
        expect(text).not.toMatch(UNSEEN)
        const inText = text.match(/[a-z]+:\/\/\S*/gi) ?? []
        expect(
          [...links, ...inText].filter(link => !OUR_LINKS.test(link) && !link.startsWith('http://adaptivecards.io/')),
        ).toEqual([])
      }),
      RUNS,
    ),
  )

  test('brings no mention, link or emoji into Slack: every angle bracket is escaped, and every text is literal', () =>
    fc.assert(
      fc.property(hostileAlerts, alerts => {
        for (const message of [
          ...alerts.map(alert => renderSlackMessage(alert)),
          ...alerts.map(alert => renderSlackFollowUp(alert)),
          renderSlackDigest(alerts),
        ]) {
          const texts = nodesIn(message).filter(({ type }) => type === 'mrkdwn')
          expect(texts.length).toBeGreaterThan(0)
          for (const { text, verbatim } of texts) {
            expect(verbatim).toBe(true)
            expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/)
          }
          for (const { emoji } of nodesIn(message).filter(({ type }) => type === 'plain_text'))
            expect(emoji).toBe(false)
          expect(message.text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/)
          expect(message).toMatchObject({ mrkdwn: false, unfurl_links: false, unfurl_media: false })
        }
      }),
      RUNS,
    ))

  test('is put into text runs in Teams, which reads no Markdown there, and into no entity that could mention anybody', () =>
    fc.assert(
      fc.property(hostileAlerts, alerts => {
        for (const message of [
          ...alerts.map(alert => renderTeamsMessage(alert)),
          ...alerts.map(alert => renderTeamsFollowUp(alert)),
          renderTeamsDigest(alerts),
        ]) {
          const nodes = nodesIn(message)
          expect(
            nodes.filter(node => 'entities' in node || node['type'] === 'TextBlock' || node['type'] === 'FactSet'),
          ).toEqual([])
          expect(nodes.some(({ type }) => type === 'TextRun')).toBe(true)
        }
      }),
      RUNS,
    ))

  test('is in events as it is in the finding, and as valid JSON', () =>
    fc.assert(
      fc.property(hostileAlerts, alerts => {
        for (const alert of alerts) {
          const details: unknown[] = eventsOf(alert).map(detail => JSON.parse(detail))
          expect(details).toHaveLength(alert.findings.length)
        }
      }),
      RUNS,
    ))
})

describe('text for Slack', () => {
  test.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['a & b', 'a &amp; b'],
    ['&lt;!channel&gt;', '&amp;lt;!channel&amp;gt;'],
    ['*bold* and a*b', '∗bold∗ and a*b'],
    ['_it_ and my_role_name', '＿it＿ and my_role_name'],
    ['`code`', "'code'"],
    ['> quoted', '› quoted'],
    [':skull: at 08:15:30', '∶skull: at 08:15:30'],
    ['https://evil.example', 'https[:]//evil.example'],
    ['Zürich 漢字 🚀', 'Zürich 漢字 🚀'],
  ])('like %s is put as %s', (text, shown) => expect(toMrkdwn(text, 100)).toBe(shown))

  test('keeps the colons of an ARN, in a fixed width, and Slack makes no emoji of them', () =>
    expect(toValue('arn:aws:iam::123456789012:role/x', 100)).toBe('`arn:aws:iam::123456789012:role/x`'))

  test('in a fixed width ends at its own end', () =>
    fc.assert(
      fc.property(hostile, text => {
        const shown = toCode(text, 200)
        expect(shown).toMatch(/^(–|`[^`]+`)$/)
        expect(shown).not.toMatch(/[<>]/)
      }),
    ))

  test('formats nothing, and is within its limit with whole entities', () =>
    fc.assert(
      fc.property(hostile, fc.integer({ min: 10, max: 200 }), (text, limit) => {
        const shown = toMrkdwn(text, limit)
        expect(shown.length).toBeLessThanOrEqual(limit)
        expect(shown).not.toMatch(/[<>`]|&(?!(amp|lt|gt);)/)
        expect(shown).not.toMatch(/(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])/)
      }),
    ))
})

describe('text for Amazon Q', () => {
  test('has neither markup of Slack nor of Teams', () =>
    fc.assert(
      fc.property(hostile, text => {
        for (const shown of [toChatText(text, 300), toChatValue(text, 300)]) {
          expect(shown).not.toMatch(/<|>|\]\(|:\/\//)
          expect(shown.replace(/^`[^`]*`$/, '')).not.toMatch(/`|(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])/)
        }
      }),
    ))
})
