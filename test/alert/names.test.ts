import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildManyContent } from '../../shared/alert/combined-content.ts'
import { buildAlertContent, renderEmailBody, renderSubject } from '../../shared/alert/render-alert.ts'
import { renderEmailDigest } from '../../shared/channels/email/digest.ts'
import { renderSlackFollowUp, renderSlackMessage } from '../../shared/channels/slack/message.ts'
import type { Finding } from '../../shared/engine/finding.ts'
import { aFinding, anAlert, instanceIds } from '../support/findings.ts'
import { strangeText } from './strangers.ts'

type Names = { readonly name?: string; readonly imageName?: string; readonly accountName?: string }

const addNames = (finding: Finding, { name, imageName, accountName }: Names): Finding => ({
  ...finding,
  resource: {
    ...finding.resource,
    ...(name !== undefined && { name }),
    ...(accountName !== undefined && { accountName }),
  },
  facts: { ...finding.facts, ...(imageName !== undefined && { imageName }) },
})

const alertOf = (names: Names, ids: readonly string[] = ['i-0123456789abcdef0']) =>
  anAlert(ids.map(on => addNames(aFinding({ on }), names)))

const field = (alert: ReturnType<typeof alertOf>, label: string): string | undefined =>
  buildAlertContent(alert).facts.find(each => each.label === label)?.text

const ALL = { name: 'web-1', imageName: 'debian-7', accountName: 'production' }

describe('the names in an alert', () => {
  test('stand beside the ids, in quotation marks', () => {
    const alert = alertOf(ALL)
    expect(alert.accountName).toBe('production')
    expect(field(alert, 'Name')).toBe('"web-1", image "debian-7"')
    expect(field(alert, 'Where')).toBe('account 123456789012 ("production"), region us-east-1')
    expect(field(alert, 'What')).toBe(field(alertOf({}), 'What'))
  })

  test('are absent where none is known', () => {
    const alert = alertOf({})
    expect(alert).not.toHaveProperty('accountName')
    expect(field(alert, 'Name')).toBeUndefined()
    expect(renderEmailBody(alert)).not.toContain('Name ')
  })

  test('are each named once, three at most, and the others counted', () => {
    const findings = instanceIds(9).map((on, index) => addNames(aFinding({ on }), { name: `web-${index % 5}` }))
    expect(field(anAlert(findings), 'Name')).toBe('"web-0", "web-1", "web-2" and 2 more')
  })

  test('are in the subject where there is room, that of the account first to go, and no id is cut for one', () => {
    const subjectOf = (names: Names): string => renderSubject(alertOf(names))
    expect(subjectOf({ name: 'w' })).toBe(
      '[MEDIUM] Paravirtual instance: i-0123456789abcdef0 "w" (m1.small) in 123456789012 us-east-1',
    )
    expect(subjectOf({ ...ALL, name: 'w' })).toBe(subjectOf({ name: 'w' }))
    expect(subjectOf({ name: 'w'.repeat(40) })).toBe(subjectOf({}))
    expect(subjectOf({ accountName: 'x' })).toContain('in 123456789012 ("x") us-east-1')
  })

  test('are in a digest', () => {
    const [group] = buildManyContent([alertOf(ALL)]).groups
    expect(group?.items[0]).toBe('i-0123456789abcdef0 "web-1" (m1.small), launch r-0123456789abcdef0')
    expect(group?.where).toBe('account 123456789012 ("production"), region us-east-1')
  })

  test('are in a follow-up, which has few facts', () => {
    const text = JSON.stringify(renderSlackFollowUp(alertOf(ALL)))
    expect(text).toContain('web-1')
    expect(text).toContain('production')
  })

  test('take no room of an id in Slack, however long they are', () => {
    const ids = instanceIds(10)
    const findings = ids.map((on, index) => addNames(aFinding({ on }), { name: `${index}`.padEnd(128, '<') }))
    const text = JSON.stringify(renderSlackMessage(anAlert(findings)))
    for (const id of ids) expect(text).toContain(id)
  })

  test('hide no image whose id they contain', () => {
    const alert = alertOf({ name: 'ami-0abcdef1234567890' })
    expect(field(alert, 'What')).toContain('image ami-0abcdef1234567890')
  })
})

/** What begins the lines of the mail that begin with a label. */
const labelsIn = (alert: ReturnType<typeof alertOf>): readonly string[] =>
  [...renderEmailBody(alert).matchAll(/^([A-Z][\w ]{1,8}) +\S/gm)].map(([, label = '']) => label.trim())

describe('a name that misleads', () => {
  test.each([
    'x"\nWhere     account 999999999999',
    'HIGH: Paravirtual instance, to be stopped',
    'web" (m5.large), image "ok',
    `${'x '.repeat(30)}Where     account 999999999999, region eu-west-1`,
  ])('cannot end its quotation, or begin a line of its own: %j', name => {
    const names = { name, imageName: name, accountName: name }
    const lines = (text: string): number =>
      text.split('\n').filter(line => /^(Where|What|To do|HIGH)/.test(line)).length
    expect(lines(renderEmailBody(alertOf(names)))).toBe(lines(renderEmailBody(alertOf({}))))
    expect(lines(renderEmailDigest([alertOf(names)]).Message)).toBe(lines(renderEmailDigest([alertOf({})]).Message))
    expect(field(alertOf({ name }), 'Name')).toMatch(/^"[^"]*"$/)
  })

  test('leaves the subject and the number of labelled lines as they are, whatever it is', () =>
    fc.assert(
      fc.property(strangeText, strangeText, strangeText, (name, imageName, accountName) => {
        const alert = alertOf({ name, imageName, accountName })
        expect(labelsIn(alert)).toEqual(labelsIn(alertOf({ name: 'w', imageName: 'w', accountName: 'w' })))
        expect(renderSubject(alert)).toMatch(/^[\x20-\x7e]{1,99}$/)
      }),
      { numRuns: 200 },
    ))
})
