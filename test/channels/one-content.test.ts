import { describe, expect, test } from '@jest/globals'
import type { Alert } from '../../shared/alert/alert.ts'
import type { AlertContent } from '../../shared/alert/alert-content.ts'
import { buildDigestAlerts, buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { buildAlertContent } from '../../shared/alert/render-alert.ts'
import { buildExemptionNotice, sweepAlert, sweepOutcomeAlert } from '../../shared/alert/sweep-alert.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { buildOcsfBody } from '../../shared/channels/webhook/body.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import { toAsff } from '../../shared/formats/asff.ts'
import { DEFAULT_POLICY } from '../../shared/policy/load.ts'
import {
  ACTOR,
  aFinding,
  anAlert,
  anEnded,
  aSource,
  CLAIMANT,
  DEFERRED,
  EVENT,
  instanceIds,
  instanceSubject,
  NOW,
  refusedLaunch,
  SWEEP,
} from '../support/findings.ts'
import { eventsOf, MESSAGES, meant } from './all-channels.ts'

const WORLD = { policy: DEFAULT_POLICY, types: loadCatalogue(), now: NOW }
const GROUP = {
  ...ACTOR,
  autoScalingGroup: 'legacy-web',
  launchTemplate: 'lt-0abc:4',
  via: 'autoscaling.amazonaws.com',
}

const one = (alerts: readonly Alert[]): Alert => {
  const [alert] = alerts
  if (alert === undefined) throw new Error('no alert')
  return alert
}

const cases: readonly (readonly [string, Alert])[] = [
  ['a PV launch', anAlert(evaluate({ subject: instanceSubject(), event: EVENT, actor: ACTOR }, WORLD))],
  [
    'a launch of a group',
    anAlert(evaluate({ subject: instanceSubject(), event: EVENT, actor: GROUP }, WORLD), { actor: GROUP }),
  ],
  [
    'a refused launch',
    anAlert(evaluate({ subject: refusedLaunch(), event: EVENT, actor: ACTOR }, WORLD), { launchId: EVENT.id }),
  ],
  ['what could not be decided', anAlert([aFinding({ status: 'UNKNOWN', reasons: [] })], { actor: {} })],
  ['a stop to come', anAlert([aFinding({ action: DEFERRED })])],
  ['a thousand instances', anAlert(instanceIds(1_000).map(on => aFinding({ on })))],
  ['a stop that was made', one(buildOutcomeAlerts(aSource(), [anEnded()], CLAIMANT))],
  [
    'a stop that failed',
    one(buildOutcomeAlerts(aSource(), [anEnded({ state: 'FAILED', why: 'EC2 does not allow it' })], CLAIMANT)),
  ],
  [
    'what is resolved',
    one(buildOutcomeAlerts(aSource(), [anEnded({ state: 'RESOLVED', why: 'it is terminated' })], CLAIMANT)),
  ],
  [
    'what came back',
    anAlert([{ ...aFinding({ action: DEFERRED }), previous: { state: 'STOPPED', at: '2026-11-23T08:00:00Z' } }]),
  ],
  [
    'stops that were refused',
    one(
      buildDigestAlerts(
        instanceIds(7).map(on =>
          anEnded({ state: 'REFUSED', why: 'the stop budget is spent: 5 stops in 10 min' }, { on }),
        ),
        { policy: DEFAULT_POLICY, stops: 'off' },
        CLAIMANT,
      ),
    ),
  ],
  [
    'what a sweep found',
    one(
      sweepAlert(
        [...instanceIds(3), 'ami-0abcdef1234567890'].map(on => aFinding({ on })),
        SWEEP,
      ),
    ),
  ],
  [
    'what a sweep saw ended',
    one(
      sweepOutcomeAlert(
        [
          ...instanceIds(12).map(on => anEnded({ state: 'RESOLVED', why: 'it is terminated' }, { on })),
          anEnded({ state: 'FAILED', why: 'EC2 does not allow it' }, { on: 'i-0fedcba9876543210' }),
        ],
        SWEEP,
      ),
    ),
  ],
  [
    'an exemption that ends',
    one(
      buildExemptionNotice(
        [{ key: 'key', reason: 'moves to Nitro', owner: 'user@example.com', expires: '2026-12-01', resources: 2 }],
        instanceIds(2).map(on => aFinding({ on, workflow: 'SUPPRESSED' })),
        SWEEP,
      ),
    ),
  ],
]

/** What has to be said wherever the alert is told, also where an earlier message told the rest. */
const news = ({ severity, title, lead, news: more, whatToDo }: AlertContent): readonly string[] => [
  `${severity}`,
  title,
  ...lead,
  ...more,
  ...whatToDo.map(({ text }) => text),
]

const everything = (content: AlertContent): readonly string[] => [
  ...news(content),
  ...content.facts.map(({ text }) => text),
  ...(content.why === undefined ? [] : [content.why]),
  ...(content.did === undefined ? [] : [content.did]),
  ...content.fields.map(({ text }) => text),
  ...(content.steps?.steps ?? []).flatMap(({ text, copy, next }) => [text, ...copy, ...(next?.copy ?? [])]),
  ...content.secondarySections.flatMap(({ title, messages }) => [title, ...messages]),
  ...content.footer.map(({ text }) => text),
]

// A mail is broken into lines of a column of their own, where a long id may stand alone.
const said = (text: string): string => meant(text).replaceAll(' ', '')

describe('the same alert in every channel', () => {
  const alerted = cases.flatMap(([what, alert]) =>
    Object.entries(MESSAGES).map(([channel, message]) => [what, channel, alert, message] as const),
  )

  test.each(alerted)('has the same content: %s, by %s', (_, channel, alert, message) => {
    const content = buildAlertContent(alert)
    const text = said(message(alert).text)
    const expected = channel.includes('follow-up') ? news(content) : everything(content)
    expect(expected.filter(sentence => !text.includes(said(sentence)))).toEqual([])
  })

  test.each(alerted)('links to the same page of the console: %s, by %s', (_, channel, alert, message) => {
    const { text, links } = message(alert)
    const url = buildAlertContent(alert).console ?? ''
    expect(channel === 'email' || channel === 'amazon q' ? text : links.join('\n')).toContain(url)
  })

  test('gives programs the verdict, the words and the decision that people read', () => {
    const finding = aFinding({ action: DEFERRED })
    const alert = anAlert([finding])
    const content = buildAlertContent(alert)
    const [event] = eventsOf(alert)
    expect(JSON.parse(event ?? '')).toMatchObject({ change: 'found', finding })
    expect(toAsff(finding, { now: NOW })).toMatchObject({
      Description: content.lead[0],
      Remediation: { Recommendation: { Text: content.whatToDo[0]?.text } },
      FindingProviderFields: { Severity: { Label: content.severity } },
    })
    expect(buildOcsfBody([alert])).toMatchObject([
      { message: content.lead[0], remediation: { desc: content.whatToDo[0]?.text }, compliance: { desc: content.why } },
    ])
  })
})
