import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MANNERS } from '../../functions/notify/channel-profiles.ts'
import type { Alert } from '../../shared/alert/alert.ts'
import { buildDigestAlerts, buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderAmazonQDigest, renderAmazonQMessage } from '../../shared/channels/amazon-q/notification.ts'
import { renderEmailDigest, renderEmailMessage } from '../../shared/channels/email/digest.ts'
import { buildChangedEvents } from '../../shared/channels/event-bus/changed.ts'
import { renderSlackDigest } from '../../shared/channels/slack/digest.ts'
import { renderSlackFollowUp, renderSlackMessage } from '../../shared/channels/slack/message.ts'
import { renderTeamsDigest, renderTeamsFollowUp, renderTeamsMessage } from '../../shared/channels/teams/card.ts'
import { toAsff } from '../../shared/formats/asff.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import { strangeAlerts } from '../alert/strangers.ts'
import { complaints } from '../formats/schemas.ts'
import {
  ACTOR,
  aFinding,
  anAlert,
  anEnded,
  aSource,
  CLAIMANT,
  DEFERRED,
  deferredTo,
  instanceIds,
  NOW,
  refusedFor,
} from '../support/findings.ts'
import { DIGESTS, MESSAGES } from './all-channels.ts'

type Node = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null
const nodesIn = (value: unknown): readonly Node[] =>
  isNode(value) ? [value, ...Object.values(value).flatMap(nodesIn)] : []
const lengthOf = (value: unknown): number =>
  typeof value === 'string' ? value.length : isNode(value) ? lengthOf(value['text']) : 0
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** What Slack would refuse in a message (Block Kit reference; the whole by slackapi/bolt-js issue 2509). */
const slackRefuses = (message: unknown): readonly string[] => {
  const nodes = nodesIn(message)
  const blocks = nodes.flatMap(({ blocks: inner }) => listIn(inner))
  const over = (type: string, most: number) =>
    nodes.filter(node => node['type'] === type && lengthOf(node['text']) > most)
  return [
    ...(blocks.length > 50 ? ['blocks'] : []),
    ...over('section', 3_000).map(() => 'section'),
    ...over('header', 150).map(() => 'header'),
    ...over('button', 75).map(() => 'button'),
    ...nodes.filter(({ fields }) => listIn(fields).length > 10).map(() => 'fields'),
    ...nodes
      .flatMap(({ fields }) => listIn(fields))
      .filter(field => lengthOf(field) > 2_000)
      .map(() => 'field'),
    ...nodes.filter(({ type, text }) => type === 'mrkdwn' && lengthOf(text) === 0).map(() => 'empty'),
    ...nodes.filter(({ url }) => lengthOf(url) > 3_000).map(() => 'url'),
    ...(JSON.stringify(message).length > 13_200 ? ['all'] : []),
  ]
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

const fits = (alert: Alert): void => {
  expect(slackRefuses(renderSlackMessage(alert))).toEqual([])
  expect(slackRefuses(renderSlackFollowUp(alert))).toEqual([])
  expect(bytesOf(renderTeamsMessage(alert))).toBeLessThan(28_000)
  expect(bytesOf(renderTeamsFollowUp(alert))).toBeLessThan(28_000)
  expect(bytesOf(renderAmazonQMessage(alert))).toBeLessThan(64_000)
  const { Subject, Message } = renderEmailMessage(alert)
  expect(Subject).toMatch(/^[\x20-\x7e]{1,99}$/)
  expect(Buffer.byteLength(Message)).toBeLessThan(200_000)
  for (const event of buildChangedEvents(alert)) expect(bytesOf(event)).toBeLessThan(256_000)
}

const fitsTogether = (alerts: readonly Alert[]): void => {
  expect(slackRefuses(renderSlackDigest(alerts))).toEqual([])
  expect(bytesOf(renderTeamsDigest(alerts))).toBeLessThan(28_000)
  expect(bytesOf(renderAmazonQDigest(alerts))).toBeLessThan(64_000)
  const { Subject, Message } = renderEmailDigest(alerts)
  expect(Subject).toMatch(/^[\x20-\x7e]{1,99}$/)
  expect(Buffer.byteLength(Message)).toBeLessThan(256_000)
}

const CHINESE = '旧版计费主机'.repeat(43).slice(0, 255)
const ARABIC = 'خادم الفواتير القديم '.repeat(13).slice(0, 255)
const EMOJI = '🧾'.repeat(127)
const names: readonly (readonly [string, string])[] = [
  ['255 letters', 'w'.repeat(255)],
  ['255 characters to escape', '<&>'.repeat(85)],
  ['Chinese', CHINESE],
  ['Arabic', ARABIC],
  ['emoji', EMOJI],
]

const named = (name: string, count: number): Alert => {
  const actor = {
    ...ACTOR,
    arn: `arn:aws:sts::123456789012:assumed-role/${name}/x`,
    autoScalingGroup: name,
    launchTemplate: name,
    stack: name,
  }
  const findings = instanceIds(count).flatMap((on, index) => [
    aFinding({
      on,
      action: index % 2 === 0 ? DEFERRED : refusedFor(`it belongs to ${name}`),
    }),
    aFinding({
      on,
      rule: 'instance-family',
      title: 'Instance type outside the policy',
      message: `${on} of ${name} is not allowed.`,
    }),
  ])
  return anAlert(findings, { actor })
}

const launches = (count: number): readonly Alert[] =>
  instanceIds(count).map((on, index) =>
    anAlert([aFinding({ on, severity: index % 3 === 0 ? 'HIGH' : 'MEDIUM' })], { launchId: `r-${on.slice(2)}` }),
  )

describe('a message within the limits of its channel', () => {
  test.each(names)('takes names of %s, for one instance and for a thousand', (_, name) => {
    fits(named(name, 1))
    fits(named(name, 1_000))
  })

  test.each(names.slice(2))('shows %s as it is', (_, name) => {
    const start = name.slice(0, 30)
    for (const message of Object.values(MESSAGES))
      expect(message(named(name, 1)).text.replace(/\s+/g, '')).toContain(start.replace(/\s+/g, ''))
  })

  test('can be made of any alert that strangers can cause', () =>
    fc.assert(
      fc.property(strangeAlerts, alerts => {
        for (const alert of alerts) fits(alert)
        fitsTogether(alerts)
      }),
      { numRuns: 60 },
    ))

  test('can be made of two thousand outcomes and refused stops', () => {
    fits(buildOutcomeAlerts(aSource(), [anEnded()], CLAIMANT)[0] ?? anAlert())
    const scheduled = instanceIds(2_000).map(on =>
      anEnded({ state: 'REFUSED', why: `the stop budget is spent: ${CHINESE}` }, { on }),
    )
    for (const alert of buildDigestAlerts(scheduled, { policy: DEFAULT_POLICY, stops: 'off' }, CLAIMANT)) fits(alert)
  })

  test.each(Object.entries(MESSAGES))(
    'says of a thousand instances how many it does not name: %s',
    (channel, message) => {
      const { text } = message(anAlert(instanceIds(1_000).map(on => aFinding({ on }))))
      expect(text).toContain('1,000 instances')
      if (!channel.includes('follow-up')) expect(text.replace(/\s+/g, ' ')).toMatch(/and 990 more/)
    },
  )

  test.each(Object.entries(MESSAGES))('says how many findings an alert lost on its way: %s', (_, message) => {
    const text = message({ ...anAlert(), omitted: 12 }).text
    expect(text.replace(/\s+/g, ' ')).toContain('12 findings are left out of this alert')
  })

  test('is a valid document of Security Hub with the longest names', () => {
    for (const [, name] of names)
      for (const finding of named(name, 1).findings)
        expect(complaints('asff')(toAsff({ ...finding, actor: { arn: name } }, { now: NOW }))).toEqual([])
  })
})

const timeOf = (nth: number): string =>
  new Date(Date.parse('2026-11-24T09:00:00Z') + nth * 137_000)
    .toISOString()
    .slice(0, 16)
    .replace('T', ' ')
    .concat(' UTC')

/** Alerts that announce a stop each, at a time of its own. */
const stopping = (count: number): readonly Alert[] =>
  instanceIds(count).map((on, nth) => {
    const at = new Date(Date.parse('2026-11-24T09:00:00Z') + nth * 137_000).toISOString()
    return anAlert([aFinding({ on, action: deferredTo(at) })], { launchId: `r-${on.slice(2)}` })
  })

const STOPS_PER_DIGEST = {
  email: { type: 'email', digest: DIGESTS.email },
  slack: { type: 'slack', digest: DIGESTS.slack },
  'slack webhook': { type: 'slack-webhook', digest: DIGESTS.slack },
  teams: { type: 'teams', digest: DIGESTS.teams },
  'amazon q': { type: 'amazon-q', digest: DIGESTS['amazon q'] },
} as const

describe('a digest in a channel', () => {
  test.each([1, 6, 40, 1_000])('of %i launches is within the limits of every channel', count =>
    fitsTogether(launches(count)),
  )

  test.each(names)('of launches with names of %s is within them, too', (_, name) =>
    fitsTogether(Array.from({ length: 60 }, () => named(name, 2))),
  )

  test.each(Object.entries(DIGESTS))('of forty launches names each of them, the worst first: %s', (_, digest) => {
    const { text } = digest(launches(40))
    const flat = text.replace(/\s+/g, ' ')
    for (const { launchId, told: alerted } of launches(40)) {
      expect(flat).toContain(launchId)
      expect(flat).toContain(alerted[0]?.resources[0])
    }
    expect(flat).toContain('40 alerts: 14 HIGH, 26 MEDIUM')
    expect(flat.indexOf('HIGH: Paravirtual')).toBeLessThan(flat.indexOf('MEDIUM: Paravirtual'))
  })

  test.each(Object.entries(DIGESTS))('of a thousand launches says how many it does not name: %s', (_, digest) => {
    const launched = launches(1_000)
    const { text } = digest(launched)
    const flat = text.replace(/\s+/g, ' ')
    const named_ = launched.filter(({ launchId }) => flat.includes(launchId)).length
    const left = [...flat.matchAll(/\band ([\d,]+) more/gi)].reduce(
      (sum, [, count = '']) => sum + Number(count.replaceAll(',', '')),
      0,
    )
    expect(named_ + left).toBe(1_000)
    expect(named_).toBeGreaterThan(20)
  })

  test.each(Object.entries(STOPS_PER_DIGEST))(
    'names each stop that it announces, with its time, before anything worse that announces none: %s',
    (_, { type, digest }) => {
      const others = launches(40).map((alert, nth) => ({
        ...alert,
        region: `region-${nth}`,
        severity: 'CRITICAL' as const,
      }))
      const flat = digest([...others, ...stopping(MANNERS[type].stopsPerDigest)]).text.replace(/\s+/g, ' ')
      for (const [nth, { told: alerted }] of stopping(MANNERS[type].stopsPerDigest).entries())
        expect(flat).toMatch(`${timeOf(nth)}: ${alerted[0]?.resources[0]}`)
      const worse = flat.indexOf('CRITICAL: Paravirtual')
      if (worse >= 0) expect(flat.indexOf('MEDIUM: Paravirtual instance, to be stopped')).toBeLessThan(worse)
      expect(flat).not.toMatch(/announce stops/)
    },
  )

  test.each(Object.entries(STOPS_PER_DIGEST))(
    'names them also if whoever launched gave them the longest names, and the account has one: %s',
    (_, { type, digest }) => {
      for (const name of ['w'.repeat(128), '&<*'.repeat(42), ': a '.repeat(32), '漢🚀'.repeat(40)]) {
        const alerts = stopping(MANNERS[type].stopsPerDigest).map(alert => ({
          ...alert,
          accountName: name,
          findings: alert.findings.map(finding => ({ ...finding, resource: { ...finding.resource, name } })),
        }))
        fitsTogether(alerts)
        const flat = digest(alerts).text.replace(/\s+/g, ' ')
        for (const [nth, { told: alerted }] of alerts.entries())
          expect(flat).toMatch(`${timeOf(nth)}: ${alerted[0]?.resources[0]}`)
      }
    },
  )

  test.each(Object.entries(STOPS_PER_DIGEST))(
    'names them also if each is in another region: %s',
    (_, { type, digest }) => {
      const alerts = stopping(MANNERS[type].stopsPerDigest).map((alert, nth) => ({ ...alert, region: `region-${nth}` }))
      fitsTogether(alerts)
      const flat = digest(alerts).text.replace(/\s+/g, ' ')
      for (const { told: alerted } of alerts) expect(flat).toContain(alerted[0]?.resources[0])
    },
  )

  test.each(Object.entries(DIGESTS))('says how many stops it does not name: %s', (_, digest) => {
    const flat = digest(stopping(400).map((alert, nth) => ({ ...alert, region: `region-${nth}` }))).text
    expect(flat).toMatch(/\d+ of them announce stops|lines are left out|left out here/)
  })

  test('of stops at several times of one launch says when they begin', () => {
    const stops = ['2026-11-24T08:15:00Z', '2026-11-24T08:25:00Z'].map(at => ({ at, rules: [], resources: ['i-1'] }))
    expect(renderEmailDigest([{ ...anAlert(), stops }]).Message).toContain('from 2026-11-24 08:15 UTC: i-')
  })
})
