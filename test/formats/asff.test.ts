import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { toAsff } from '../../shared/formats/asff.ts'
import { strangeActor, strangeFinding } from '../alert/strangers.ts'
import { aFinding, NOW } from '../support/findings.ts'
import { complaints, textsIn } from './schemas.ts'

const invalid = complaints('asff')

describe('a finding in the AWS Security Finding Format', () => {
  test('is a valid document that says what the finding says', () => {
    const document = toAsff(aFinding(), { now: NOW })
    expect(invalid(document)).toEqual([])
    expect(document).toMatchObject({
      Id: 'paravirtual-instance/123456789012/us-east-1/i-0123456789abcdef0',
      ProductArn: 'arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default',
      GeneratorId: 'virtguard/paravirtual-instance',
      AwsAccountId: '123456789012',
      CreatedAt: '2026-11-24T08:00:00Z',
      UpdatedAt: '2026-11-24T08:00:30.000Z',
      Title: 'Paravirtual instance: i-0123456789abcdef0',
      Description: 'i-0123456789abcdef0 (m1.small) runs paravirtual (PV).',
      FindingProviderFields: { Severity: { Label: 'MEDIUM', Original: 'MEDIUM' } },
      Compliance: {
        Status: 'FAILED',
        RelatedRequirements: ['Security Hub EC2.24', 'AWS Config ec2-paravirtual-instance-check'],
        StatusReasons: [{ ReasonCode: 'PARAVIRTUAL' }],
      },
      Resources: [
        {
          Type: 'AwsEc2Instance',
          Id: 'arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0',
          Partition: 'aws',
          Details: { AwsEc2Instance: { Type: 'm1.small', VirtualizationType: 'paravirtual' } },
        },
      ],
      ProductFields: { 'virtguard/Decision': 'would-stop', 'virtguard/ActorArn': expect.stringContaining('deploy') },
      RecordState: 'ACTIVE',
    })
    expect(document).not.toHaveProperty('Workflow')
  })

  test('has the Name tag and the name of the account where ASFF has them, and no empty ones', () => {
    const finding = aFinding()
    const name = (resource: object) => ({ ...finding, resource: { ...finding.resource, ...resource } })
    const named = toAsff(name({ name: 'web-1', accountName: 'production' }), { now: NOW })
    expect(invalid(named)).toEqual([])
    expect(named).toMatchObject({ AwsAccountName: 'production', Resources: [{ Tags: { Name: 'web-1' } }] })
    const blank = toAsff(name({ name: ' ', accountName: '' }), { now: NOW })
    expect(blank).not.toHaveProperty('AwsAccountName')
    expect(blank.Resources[0]).not.toHaveProperty('Tags')
  })

  test('keeps its Id when it is published again, and is archived and passes when it is resolved', () => {
    const resolved = toAsff(aFinding(), { now: NOW, archived: true })
    expect(invalid(resolved)).toEqual([])
    expect(resolved.Id).toBe(toAsff(aFinding(), { now: NOW }).Id)
    expect(resolved).toMatchObject({
      RecordState: 'ARCHIVED',
      Compliance: { Status: 'PASSED' },
      Severity: { Label: 'INFORMATIONAL', Original: 'MEDIUM' },
    })
  })

  test('is a warning and no pass if it is UNKNOWN, with what was missing', () => {
    const document = toAsff(aFinding({ status: 'UNKNOWN', reasons: [], missing: ['instance virtualizationType'] }), {
      now: NOW,
    })
    expect(document.Compliance).not.toHaveProperty('StatusReasons')
    expect(document).toMatchObject({
      Title: 'Paravirtual instance? Cannot tell: i-0123456789abcdef0',
      Compliance: { Status: 'WARNING' },
      Severity: { Label: 'MEDIUM' },
      ProductFields: { 'virtguard/Missing': 'instance virtualizationType' },
    })
  })

  test('is suppressed if it is exempt, with reason, owner and expiry', () => {
    const exemption = { reason: 'billing hosts', owner: 'billing@example.com', expires: '2027-01-31' }
    expect(toAsff(aFinding({ workflow: 'SUPPRESSED', exemption }), { now: NOW })).toMatchObject({
      Workflow: { Status: 'SUPPRESSED' },
      ProductFields: {
        'virtguard/ExemptionReason': 'billing hosts',
        'virtguard/ExemptionOwner': 'billing@example.com',
        'virtguard/ExemptionExpires': '2027-01-31',
      },
    })
  })

  test('of an image has the type Other, which is all that the format has for it', () => {
    const [resource] = toAsff(aFinding({ on: 'ami-0abcdef1234567890' }), { now: NOW }).Resources
    expect(resource).toMatchObject({
      Type: 'Other',
      Id: 'arn:aws:ec2:us-east-1::image/ami-0abcdef1234567890',
      Details: { Other: { resourceType: 'AwsEc2Image' } },
    })
  })

  test('stays valid, within its limits and without invisible characters, whatever strangers named', () =>
    fc.assert(
      fc.property(strangeFinding, strangeActor, fc.boolean(), (finding, actor, archived) => {
        const document = toAsff({ ...finding, actor }, { now: NOW, archived })
        expect(invalid(document)).toEqual([])
        expect(JSON.stringify(document).length).toBeLessThan(240_000)
        for (const text of textsIn(document)) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    ))
})
