import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Alert } from '../../shared/alert/alert.ts'
import { buildDigestAlerts, buildOutcomeAlerts } from '../../shared/alert/outcome.ts'
import { renderEmailBody, renderSnsMessage, renderSubject } from '../../shared/alert/render-alert.ts'
import {
  buildExemptionNotice,
  noticeKey,
  sweepAlert,
  sweepLaunch,
  sweepOutcomeAlert,
} from '../../shared/alert/sweep-alert.ts'
import { loadCatalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { createRow } from '../../shared/ledger/claim.ts'
import { LEASE_SECONDS, STATES } from '../../shared/ledger/row.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { DECISIONS } from '../../shared/reasons/action.ts'
import { ARGS, BARE_CODES, OWNERS } from '../../shared/reasons/reason.ts'
import {
  ACTOR,
  aFinding,
  anAlert,
  anEnded,
  aSource,
  CLAIMANT,
  EVENT,
  instanceIds,
  instanceSubject,
  NOW,
  PLACE,
} from '../support/findings.ts'
import { mayFollow } from '../support/transitions.ts'

const page = (name: string): string => readFileSync(join(__dirname, '../../docs', `${name}.md`), 'utf8')

/** The blocks of a language, of the blocks without one for an empty name. */
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)\n```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , body = '']) => body)

/** The first column of the table under a heading, without its own; a cell may name several keys. */
const keysUnder = (text: string, heading: string): readonly string[] => {
  const [, after = ''] = text.split(`${heading}\n`)
  const [table = ''] = after.split(/\n#/)
  return table
    .replace(/^\|.*\n\|---.*$/gm, '')
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .flatMap(line => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, key = '']) => key))
}

const quiet = parsePolicy(
  'version: 1\nrules: { xen-hypervisor: { mode: off }, incompatible-image: { mode: off } }',
  'p',
)
const findings: readonly Finding[] = evaluate(
  { subject: instanceSubject(), event: EVENT, actor: ACTOR },
  { policy: quiet, types: loadCatalogue(), now: NOW },
)
const claimant = { ...CLAIMANT, claimant: '5fea7756-0ea4-451a-a703-a558b933e274' }
const alert = anAlert(findings, {}, claimant)

const enforcing = parsePolicy(
  'version: 1\nrules: { paravirtual-instance: { mode: enforce, severity: HIGH }, xen-hypervisor: { mode: off }, incompatible-image: { mode: off } }',
  'p',
)
const due = evaluate(
  { subject: instanceSubject(), event: EVENT, actor: ACTOR },
  { policy: enforcing, types: loadCatalogue(), now: NOW, canStop: true, stopsDisabled: false },
)
const stopped = due.map(finding => ({
  ...finding,
  outcome: { state: 'STOPPED' as const, at: '2026-11-24T08:16:04.000Z', why: 'EC2 says that it is stopped' },
}))
const scheduled = instanceIds(3).map(on =>
  anEnded({ state: 'REFUSED', why: 'the stop budget is spent: 5 stops in 10 min' }, { on, severity: 'HIGH' }),
)
const one = (alerts: readonly Alert[]): Alert => {
  const [first] = alerts
  if (first === undefined) throw new Error('there is no alert')
  return first
}
const announced = anAlert(due, {}, claimant)
const named = anAlert(
  findings.map(finding => ({ ...finding, resource: { ...finding.resource, accountName: 'production' } })),
  {},
  claimant,
)
const ended = one(buildOutcomeAlerts(aSource(), stopped, claimant))
const sweep = { ...claimant, ...PLACE, launchId: sweepLaunch(claimant.claimant, 0) }
const swept = one(
  sweepAlert(
    instanceIds(3).map(on =>
      aFinding({ on, actor: {}, event: { id: sweep.launchId, name: 'DescribeInstances', time: NOW.toISOString() } }),
    ),
    sweep,
  ),
)
const [fixed = '', ...terminated] = instanceIds(3)
const resolved = one(
  sweepOutcomeAlert(
    [
      anEnded({ state: 'RESOLVED', why: 'it was fixed: the rule passes now' }, { on: fixed }),
      ...terminated.map(on => anEnded({ state: 'RESOLVED', why: 'it is terminated' }, { on })),
    ],
    sweep,
  ),
)
const exemption = { reason: 'billing host, moves in December', owner: 'billing@example.com', expires: '2026-12-01' }
const notice = one(
  buildExemptionNotice(
    [{ key: noticeKey(exemption), ...exemption, resources: 3 }],
    instanceIds(3).map(on => aFinding({ on, workflow: 'SUPPRESSED', exemption })),
    sweep,
  ),
)
const routed: Alert = { ...ended, deliver: [{ channel: 'ops' }, { channel: 'mail', at: '2026-11-25T07:00:00.000Z' }] }
const digest = one(buildDigestAlerts(scheduled, { policy: enforcing, stops: 'on' }, claimant))

describe('the page findings.md', () => {
  const text = page('findings')

  test('shows a finding as it is', () => {
    expect(JSON.parse(blocks(text, 'json')[0] ?? '')).toEqual(findings[0])
  })

  test('has a line for every key, in the order of the finding', () => {
    const keys = keysUnder(text, '## Every key')
    expect(keys.filter(key => !['missing', 'exemption', 'previous', 'refusedBefore', 'outcome'].includes(key))).toEqual(
      Object.keys(findings[0] ?? {}),
    )
    expect(keys).toEqual(expect.arrayContaining(['missing', 'exemption', 'previous', 'refusedBefore', 'outcome']))
  })

  test('explains every decision', () => {
    expect(keysUnder(text, '### `action`').toSorted()).toEqual([...DECISIONS].toSorted())
  })

  const codes = keysUnder(text, '### Codes of `action` and `outcome`')
  const argsOf = (code: string): readonly string[] => {
    const [, , cell = ''] =
      text
        .split('\n')
        .find(line => line.startsWith(`| \`${code}\` |`))
        ?.split('|') ?? []
    return [...cell.matchAll(/`(\w+)\??`/g)].map(([, name = '']) => name)
  }

  test('explains every code once, and every kind of owner', () => {
    expect(codes.toSorted()).toEqual([...new Set([...BARE_CODES, ...Object.keys(ARGS)])].toSorted())
    for (const owner of OWNERS) expect(text).toContain(`\`${owner}\``)
  })

  test.each(Object.entries(ARGS))('names the arguments of %s', (code, args) => {
    expect(argsOf(code)).toEqual(args)
  })
})

describe('the page alerts.md', () => {
  const text = page('alerts')
  const [subjects = '', ...emails] = blocks(text, '')
  const [body = '', ...filters] = blocks(text, 'json')

  test('shows subjects and emails of each kind as they are', () => {
    expect(subjects.split('\n')[0]).toBe(renderSubject(alert))
    for (const each of [announced, ended, resolved, notice]) expect(subjects.split('\n')).toContain(renderSubject(each))
    expect(emails).toEqual([alert, announced, ended, digest, swept, resolved, notice].map(renderEmailBody))
  })

  test('shows the JSON as it is, except for the findings, and has a line for every key', () => {
    expect(JSON.parse(body)).toEqual({ ...alert, findings: [] })
    const keys = new Set([alert, announced, routed, digest, notice, named].flatMap(each => Object.keys(each)))
    expect(keysUnder(text, '## JSON').toSorted()).toEqual([...keys].toSorted())
  })

  test('has a line for every attribute, and filters on no other', () => {
    const attributes = Object.keys(renderSnsMessage(routed).MessageAttributes)
    expect(keysUnder(text, '## Attributes and filter policies')).toEqual(attributes)
    expect(filters.length).toBeGreaterThan(2)
    for (const filter of filters) for (const name of Object.keys(JSON.parse(filter))) expect(attributes).toContain(name)
  })
})

describe('the page ledger.md', () => {
  const text = page('ledger')

  test('has a line for every attribute of a row', () => {
    const [finding] = findings
    if (finding === undefined) throw new Error('the PV instance has no finding')
    const row = createRow(finding, { claimant: 'message-1', launchId: 'r-1', now: NOW })
    const later = ['claimedWith', 'alertedAt', 'untold', 'inDigest', 'stopAt', 'stopRequestedAt']
    expect(keysUnder(text, '## A row').toSorted()).toEqual([...Object.keys(row), ...later].toSorted())
  })

  test('has a line for every state, and says which states may follow it', () => {
    expect(keysUnder(text, '### States')).toEqual([...STATES])
    const lines = new Map(
      [...text.matchAll(/^\| `([A-Z]+)` \|.*\|(.*)\|$/gm)].map(([, state = '', next = '']) => [state, next]),
    )
    for (const state of STATES)
      for (const other of STATES) {
        if (state === 'DEFERRED' || state === other) continue
        expect([state, other, lines.get(state)?.includes(`\`${other}\``)]).toEqual([
          state,
          other,
          mayFollow(state, other),
        ])
      }
  })

  test('names the lease', () => {
    expect(text).toContain(`${LEASE_SECONDS} seconds after the claim`)
    expect(page('alerts')).toContain(`not confirmed within ${LEASE_SECONDS} seconds`)
  })
})
