import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { toOcsf } from '../../shared/formats/ocsf.ts'
import { strangeActor, strangeFinding } from '../alert/strangers.ts'
import { aFinding, NOW } from '../support/findings.ts'
import { complaints, textsIn } from './schemas.ts'

const invalid = complaints('ocsf-compliance-finding')

describe('a finding as an OCSF Compliance Finding', () => {
  test('has the names where they are known, and else the id as the name, as before', () => {
    const finding = aFinding()
    const resource = { ...finding.resource, name: 'web-1', accountName: 'production' }
    const named = toOcsf({ ...finding, resource, facts: { ...finding.facts, imageName: 'debian-7' } }, { now: NOW })
    expect(invalid(named)).toEqual([])
    expect(named).toMatchObject({
      cloud: { account: { uid: '123456789012', name: 'production' } },
      resources: [{ name: finding.resource.id, data: { name: 'web-1', imageName: 'debian-7' } }],
    })
    const plain = toOcsf(finding, { now: NOW })
    expect(plain.cloud.account.name).toBe('123456789012')
    expect(plain.resources[0]?.data).not.toHaveProperty('name')
  })

  test('is a valid event that says what the finding says', () => {
    const event = toOcsf(aFinding(), { now: NOW })
    expect(invalid(event)).toEqual([])
    expect(event).toMatchObject({
      class_uid: 2003,
      type_uid: 200_301,
      severity_id: 3,
      status: 'New',
      time: NOW.getTime(),
      message: 'i-0123456789abcdef0 (m1.small) runs paravirtual (PV).',
      cloud: { provider: 'AWS', region: 'us-east-1', account: { uid: '123456789012' } },
      finding_info: {
        uid: 'paravirtual-instance/123456789012/us-east-1/i-0123456789abcdef0',
        title: 'Paravirtual instance',
        first_seen_time: Date.parse('2026-11-24T08:00:00Z'),
      },
      compliance: {
        status: 'Fail',
        status_code: 'PARAVIRTUAL',
        requirements: ['Security Hub EC2.24', 'AWS Config ec2-paravirtual-instance-check'],
        checks: [{ uid: 'paravirtual-instance', status_id: 3, severity_id: 3 }],
      },
      resources: [
        {
          uid: 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0',
          type: 'AwsEc2Instance',
          data: { virtualizationType: 'paravirtual' },
        },
      ],
      unmapped: { action: { decision: 'would-stop' } },
    })
  })

  test.each([
    ['create' as const, 200_301, 'New', 'Fail'],
    ['update' as const, 200_302, 'New', 'Fail'],
    ['close' as const, 200_303, 'Resolved', 'Pass'],
  ])('that is to %s has the type, status and result of that', (activity, type_uid, status, result) => {
    const event = toOcsf(aFinding(), { now: NOW, activity })
    expect(invalid(event)).toEqual([])
    expect(event).toMatchObject({ type_uid, status, compliance: { status: result } })
  })

  test('is a warning and no pass if it is UNKNOWN', () =>
    expect(toOcsf(aFinding({ status: 'UNKNOWN', reasons: [] }), { now: NOW })).toMatchObject({
      severity: 'Medium',
      compliance: { status_id: 2, status: 'Warning' },
      finding_info: { title: 'Paravirtual instance? Cannot tell' },
    }))

  test('is suppressed if it is exempt', () =>
    expect(toOcsf(aFinding({ workflow: 'SUPPRESSED' }), { now: NOW })).toMatchObject({ status_id: 3 }))

  test('stays valid and without invisible characters, whatever strangers named', () =>
    fc.assert(
      fc.property(strangeFinding, strangeActor, (finding, actor) => {
        const event = toOcsf({ ...finding, actor }, { now: NOW })
        expect(invalid(event)).toEqual([])
        for (const text of textsIn(event)) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    ))
})
