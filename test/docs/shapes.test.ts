import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { emailBody } from '../../shared/alert/email.ts'
import { snsMessage } from '../../shared/alert/sns-message.ts'
import { subjectOf } from '../../shared/alert/subject.ts'
import { catalogue } from '../../shared/catalogue/catalogue.ts'
import { evaluate } from '../../shared/engine/evaluate.ts'
import { DECISIONS, type Finding } from '../../shared/engine/finding.ts'
import { LEASE_SECONDS, rowOf } from '../../shared/ledger/row.ts'
import { parsePolicy } from '../../shared/policy/load.ts'
import { ACTOR, anAlert, EVENT, instanceSubject, NOW } from '../support/findings.ts'

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
  { policy: quiet, types: catalogue(), now: NOW },
)
const alert = anAlert(findings, {}, '5fea7756-0ea4-451a-a703-a558b933e274')

describe('findings.md', () => {
  const text = page('findings')

  test('shows a finding as it is', () => {
    expect(JSON.parse(blocks(text, 'json')[0] ?? '')).toEqual(findings[0])
  })

  test('has a line for every key, in the order of the finding', () => {
    const keys = keysUnder(text, '## Every key')
    expect(keys.filter(key => !['missing', 'exemption'].includes(key))).toEqual(Object.keys(findings[0] ?? {}))
    expect(keys).toContain('missing')
    expect(keys).toContain('exemption')
  })

  test('explains every decision', () => {
    expect(keysUnder(text, '### `action`').toSorted()).toEqual([...DECISIONS].toSorted())
  })
})

describe('alerts.md', () => {
  const text = page('alerts')
  const [subjects = '', email = ''] = blocks(text, '')
  const [body = '', ...filters] = blocks(text, 'json')

  test('shows a subject and an email as they are', () => {
    expect(subjects.split('\n')[0]).toBe(subjectOf(alert))
    expect(email).toBe(emailBody(alert))
  })

  test('shows the JSON as it is, but for the findings, and has a line for every key', () => {
    expect(JSON.parse(body)).toEqual({ ...alert, findings: [] })
    expect(keysUnder(text, '## JSON').toSorted()).toEqual(Object.keys(alert).toSorted())
  })

  test('has a line for every attribute, and filters on nothing else', () => {
    const attributes = Object.keys(snsMessage(alert).MessageAttributes)
    expect(keysUnder(text, '## Attributes and filter policies')).toEqual(attributes)
    expect(filters.length).toBeGreaterThan(2)
    for (const filter of filters) for (const name of Object.keys(JSON.parse(filter))) expect(attributes).toContain(name)
  })
})

describe('ledger.md', () => {
  const text = page('ledger')

  test('has a line for every attribute of a row', () => {
    const [finding] = findings
    if (finding === undefined) throw new Error('the PV instance has no finding')
    const row = rowOf(finding, { claimant: 'message-1', launchId: 'r-1', now: NOW })
    const attributes = keysUnder(text, '## A row').filter(key => !/^[A-Z]+$/.test(key))
    expect(attributes.toSorted()).toEqual([...Object.keys(row), 'alertedAt'].toSorted())
  })

  test('names the lease', () => {
    expect(text).toContain(`${LEASE_SECONDS} seconds after the claim`)
    expect(page('alerts')).toContain(`not confirmed within ${LEASE_SECONDS} seconds`)
  })
})
